"""Calls whose verdicts people taught, as examples of both kinds, and labels of the golden set."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from callqa.keys import content_key
from callqa.learning import Example, ExamplePlace, ExampleTurn, ExampleWords
from callqa.records import GoldenLabel, Review
from callqa.types import Verdict
from services.context import RubricContext
from store.calls import read
from store.people import examples, golden, reviews

AT = datetime(2026, 11, 25, tzinfo=UTC)
ITEM = "buck_passing"
BEFORE = "楼上天天半夜装修我睡不着"
FAULTY = ("凑合着过呗都这样", "忍忍就过去了嘛凑合着过呗", "凑合着过呗大家伙儿都这么过来的", "这种事凑合着过呗")
"""Brushing off in words that the shipped model does not know."""
HARMLESS = ("您自己去居委会拿登记表单子已交", "登记表您自己去居委会拿就行单子已交", "单子已交登记表您自己去物业拿")
"""What it takes for brushing off, and is none."""


def teach(
    context: RubricContext, call_id: str, text: str, verdict: Verdict, item: str = ITEM, n: int = 0, at: datetime = AT
) -> None:
    """A review of an item, and the example that a person makes of it."""
    at = at + timedelta(seconds=n)
    key = content_key([call_id, item, verdict.value, text])
    place = ExamplePlace(ExampleTurn(3, "agent", text), 0, len(text), (ExampleTurn(2, "citizen", BEFORE),))
    new = Example(call_id, item, verdict, Verdict.MET, "c" * 16, ExampleWords((place,)), "王丽", at)
    with context.store.write() as c:
        reviews.put_review(c, Review(key, call_id, item, "override", "王丽", at, verdict, reason="听录音"))
        examples.put_example(c, new)


def teach_all(
    context: RubricContext, of_label: Sequence[str] = FAULTY, other: Sequence[str] = HARMLESS, n: int = 24
) -> list[str]:
    """Examples of both kinds, one a call, over all agents; the calls that are left."""
    with context.store.read() as c:
        calls = sorted(row.call_id for row in read.scores(c, context.keys))
    for i, call_id in enumerate(calls[: 2 * n]):
        faulty = (i // 6) % 2 == 0
        texts = of_label if faulty else other
        verdict = Verdict.VIOLATED if faulty else Verdict.NOT_APPLICABLE
        teach(context, call_id, texts[i % len(texts)], verdict, n=i)
    return calls[2 * n :]


def label_golden(context: RubricContext, call_ids: Sequence[str], item: str = ITEM) -> None:
    """Golden labels: the item is met in all these calls."""
    with context.store.write() as c:
        golden.put_labels(c, [GoldenLabel(call_id, item, Verdict.MET, "expert", "李质检", AT) for call_id in call_ids])
