"""Learning from examples at the command line: trained, listed, shown, compared, adopted, and rolled back."""

from datetime import UTC, datetime

import pytest
from people import refused, told

from callqa.keys import content_key
from callqa.learning import Example, ExamplePlace, ExampleTurn, ExampleWords
from callqa.records import GoldenLabel, Review
from callqa.settings import Settings
from callqa.types import Verdict
from services.context import open_context
from store.calls import read
from store.people import examples, golden, reviews

AT = datetime(2026, 11, 25, tzinfo=UTC)
TEXTS = {
    Verdict.VIOLATED: ("凑合着过呗都这样", "忍忍就过去了嘛凑合着过呗", "这种事凑合着过呗"),
    Verdict.MET: ("您自己去居委会拿登记表单子已交", "登记表您自己去居委会拿就行单子已交"),
}


@pytest.fixture
def taught(scored: Settings) -> Settings:
    """A store with 48 examples of an item, and a golden set."""
    with open_context(scored) as context, context.store.write() as c:
        calls = sorted(row.call_id for row in read.scores(c, context.keys))
        for i, call_id in enumerate(calls[:48]):
            verdict = Verdict.VIOLATED if (i // 6) % 2 else Verdict.MET
            text = TEXTS[verdict][i % len(TEXTS[verdict])]
            place = ExamplePlace(ExampleTurn(1, "agent", text), 0, len(text), (ExampleTurn(0, "citizen", "楼上太吵"),))
            key = content_key([call_id])
            reviews.put_review(
                c, Review(key, call_id, "buck_passing", "override", "王丽", AT, verdict, reason="听录音")
            )
            words = ExampleWords((place,))
            examples.put_example(c, Example(call_id, "buck_passing", verdict, verdict, key, words, "王丽", AT))
        golden.put_labels(c, [GoldenLabel(n, "buck_passing", Verdict.MET, "expert", "李", AT) for n in calls[48:]])
    return scored


@pytest.mark.usefixtures("chinese")
def test_a_version_goes_its_way(taught: Settings) -> None:
    assert "还没有学到任何版本" in told(taught, "train", "versions")
    trained = told(taught, "train", "examples", "--by", "王丽")
    assert "推诿" in trained
    assert "buck_passing" not in trained
    assert "已学到" in trained
    (line,) = [line for line in trained.splitlines() if "callqa train adopt" in line]
    key = line.partition("adopt ")[2].split()[0]
    listed = told(taught, "train", "versions")
    assert all(word in listed for word in ("faults", key, "王丽"))
    assert "推诿" in told(taught, "train", "card", key[:8])
    assert "金标集" in told(taught, "train", "compare", key)
    adopted = told(taught, "train", "adopt", key, "--by", "李主管", "--reason", "看过")
    assert "callqa rescore" in adopted
    assert "没有标签有提升" in told(taught, "train", "examples", "--by", "王丽"), "nothing new was taught since"
    told(taught, "rescore")
    assert "自带的模型" in told(taught, "train", "rollback", "--by", "李主管")
    assert "没有可以退回的版本" in refused(taught, "train", "rollback", "--by", "李主管")
    assert "没有版本 nothing；已有的版本：callqa train versions" in refused(taught, "train", "card", "nothing")
