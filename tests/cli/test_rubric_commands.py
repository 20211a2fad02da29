"""`callqa rubric` and `callqa rescore --what-if`: what they print, and that they change nothing."""

import csv
import json
import re
from pathlib import Path

import pytest
from nights import environment
from typer.testing import CliRunner, Result

from callqa.errors import ConfigError
from callqa.messages import Title
from callqa.settings import Settings
from cli.main import app
from reports.frames.rubrics import EFFECTS, FIELDS, rubric_table
from scoring import load_rubric
from scoring.rubric import Rubric
from scoring.rubric_file import RUBRICS
from scoring.rubric_items import Effect, Group, Item
from services.context import open_context
from store.calls import read

SHIPPED = (RUBRICS / "pudong-12345.yaml").read_text(encoding="utf-8")
NEW = SHIPPED.replace('version: "2026.1"', 'version: "2026.2"')


def called(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)), env=environment, catch_exceptions=True)


def refused(result: Result) -> str:
    assert isinstance(result.exception, ConfigError)
    return str(result.exception)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.yaml"
    path.write_text(NEW.replace("points: 8 # 准确理解", "points: 16 # 准确理解"), encoding="utf-8")
    return path


@pytest.mark.usefixtures("chinese")
def test_check_sums_up_what_is_sound(draft: Path) -> None:
    done = called("rubric", "check", draft)
    assert done.exit_code == 0
    assert "评分表 pudong-12345 2026.2：浦东12345市民服务热线通话质量评分表" in done.output
    assert "5 组 22 项（得分 16，一票否决 6），用到 22 个检查" in done.output
    assert "没有问题" in done.output


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "needs: [restate]",
            "needs: [restated]",
            r"line \d+: item restate needs check 'restated', which no library has",
        ),
        ("points: 18", "points: -18", r"line \d+: groups.3.items.0.points: .*greater than or equal to 0"),
        ("min_decided: 0.5", "min_decide: 0.5", r"line \d+: min_decide: unknown field; did you mean 'min_decided'\?"),
    ],
)
def test_check_refuses_with_file_and_line(draft: Path, old: str, new: str, message: str) -> None:
    draft.write_text(NEW.replace(old, new), encoding="utf-8")
    complaints = refused(called("rubric", "check", draft))
    assert complaints.startswith(f"{draft}, line ")
    assert re.search(message, complaints)


def test_check_refuses_two_for_the_same_calls(draft: Path) -> None:
    assert "are for the same calls, and neither comes first" in refused(
        called("rubric", "check", "pudong-12345", draft)
    )
    draft.write_text(NEW.replace("min_decided: 0.5", "min_decided: 0.5\nvalid_from: 2026-12-01"), encoding="utf-8")
    done = called("rubric", "check", "pudong-12345", draft)
    assert done.exit_code == 0
    assert "All calls, from 2026-12-01" in done.output


def test_show_is_the_whole_sheet() -> None:
    done = called("rubric", "show", "pudong-12345")
    assert done.exit_code == 0
    rubric = load_rubric("pudong-12345")
    table = rubric_table(rubric)
    assert list(table["编号"]) == [item.id for item in rubric.items]
    assert table["分值"].sum() == 100
    assert all(Title(title).text("en")[:7] in done.output for title in rubric.titles.values())
    assert called("rubric", "show", CALLQA_RUBRIC="pudong-12345").output == done.output


@pytest.mark.usefixtures("chinese")
def test_diff_in_words(draft: Path) -> None:
    done = called("rubric", "diff", "pudong-12345", draft)
    assert done.exit_code == 0
    assert "分值 8 → 16" in done.output
    assert "2026.1" in done.output
    assert called("rubric", "diff", draft, draft).output == "没有变化。\n"


def test_every_field_has_words() -> None:
    fields = {*Rubric.model_fields, *Group.model_fields, *Item.model_fields} - {"groups", "items"}
    assert FIELDS.keys() == fields | {"group", "order"}
    assert EFFECTS.keys() == set(Effect.__args__)


def test_the_page_shows_every_field_in_a_file_that_is_sound(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "rubric.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    path = tmp_path / "outbound.yaml"
    path.write_text(example, encoding="utf-8")
    assert called("rubric", "check", path).exit_code == 0
    missing = [name for name in FIELDS if name not in ("group", "order") and f"{name}: " not in example]
    assert not missing


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # its file must stay the same
def test_what_if_stores_nothing(scored: Settings, draft: Path) -> None:
    before = (scored.home / "callqa.db").read_bytes()
    done = called("rescore", "--rubric", draft, "--what-if", **environment(scored))
    assert done.exit_code == 0, done.exception
    assert "试算：草案 pudong-12345 2026.2 与现行 pudong-12345 2026.1；未保存任何内容" in done.output
    assert "比较 60 通" in done.output
    assert (scored.home / "callqa.db").read_bytes() == before


def test_what_if_says_what_a_rescore_then_does(scored: Settings, draft: Path, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    asked = called("rescore", "--rubric", draft, "--what-if", "--json", "--csv", file, **environment(scored))
    answer = json.loads(asked.output)
    assert called("rescore", "--rubric", draft, **environment(scored)).exit_code == 0
    totals = []
    for rubric in ("pudong-12345", str(draft)):
        with open_context(scored.model_copy(update={"rubric": rubric})) as context, context.store.read() as connection:
            totals.append({row.call_id: row.total for row in read.scores(connection, context.keys)})
    with file.open(encoding="utf-8-sig") as lines:
        rows = {row["通话编号"]: row for row in csv.DictReader(lines)}
    assert rows.keys() == totals[0].keys()
    for call_id, row in rows.items():
        for column, total in zip(
            ("原得分", "新得分"), (totals_of_calls[call_id] for totals_of_calls in totals), strict=True
        ):
            assert row[column] == ("" if total is None else str(round(total, 1)))
    deltas = [
        abs(new - old)
        for old, new in zip(*(totals_of_calls.values() for totals_of_calls in totals), strict=True)
        if None not in (old, new)
    ]
    assert answer["compared"] == 60
    assert [abs(call["delta"]) for call in answer["calls"]] == pytest.approx(sorted(deltas, reverse=True)[:20])


@pytest.mark.usefixtures("chinese")
def test_what_if_says_which_checks_have_not_run(scored: Settings, tmp_path: Path) -> None:
    checks = tmp_path / "checks.yaml"
    checks.write_text(
        "- {id: thanks, kind: phrase, title: 致谢, params: {phrases: [谢谢], where: {last_turns: 2}}}\n",
        encoding="utf-8",
    )
    draft = tmp_path / "draft.yaml"
    draft.write_text(NEW.replace("needs: [closing]", "needs: [closing, thanks]"), encoding="utf-8")
    done = called("rescore", "--rubric", draft, "--what-if", CALLQA_CHECKS=str(checks), **environment(scored))
    assert done.exit_code == 0, done.exception
    assert "60 通未比较：草案需要的检查尚未运行：thanks（60 通）" in done.output
    assert "没有可比较的通话" in done.output


def test_what_if_is_of_the_drafts_calls_in_the_month(scored: Settings, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        NEW.replace("min_decided: 0.5", "min_decided: 0.5\napplies_to: {teams: [B组]}\nvalid_from: 2027-01-01"),
        encoding="utf-8",
    )
    ask = ("rescore", "--rubric", draft, "--what-if", "--json", "--period")
    answer = json.loads(called(*ask, "2026-11", **environment(scored)).output)
    assert answer["compared"] == 30
    assert {agent["team"] for agent in answer["agents"]} == {"B组"}
    assert (answer["up"], answer["down"]) == (0, 0)
    assert "there are no calls in '2026-12'" in refused(called(*ask, "2026-12", **environment(scored)))


def test_what_if_needs_a_draft(scored: Settings, tmp_path: Path) -> None:
    assert "name the draft" in refused(called("rescore", "--what-if", **environment(scored)))
    assert "belong to --what-if" in refused(called("rescore", "--json", **environment(scored)))


@pytest.mark.usefixtures("chinese")
def test_show_says_what_a_critical_item_does_and_what_comes_on_top(scored: Settings, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    text = NEW.replace("needs: [restate]", "needs: [restate]\n        critical: true")
    text = text.replace("needs: [courtesy]", "needs: [courtesy]\n        effect: penalty")
    draft.write_text(text.replace("fatal_cap: 0", "fatal_cap: 0\ncritical_cap: 59"), encoding="utf-8")
    assert called("rescore", "--rubric", draft, **environment(scored)).exit_code == 0
    with open_context(scored.model_copy(update={"rubric": str(draft)})) as context, context.store.read() as connection:
        places = [list(context.rubric.titles).index(name) for name in ("restate", "courtesy")]
        both = [
            row
            for row in read.scores(connection, context.keys)
            if [row.verdicts[place] for place in places] == ["V", "V"]
        ]
    assert both
    assert all(row.total is None or row.total <= 59 for row in both)
    shown = called("show", both[0].call_id, "--rubric", draft, **environment(scored)).output
    assert "关键项不合格（复述确认）：总分不超过 59 分" in shown
    assert " -5 │" in shown
