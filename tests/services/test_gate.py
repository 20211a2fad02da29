"""A night that is worse than its floors on the golden set is held, and released by a person."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typed import Typed

from callqa.days import Days
from callqa.errors import ConfigError
from callqa.keys import Scope
from callqa.records import GoldenLabel
from callqa.settings import Settings, load_settings
from callqa.types import VERDICT_OF, Verdict
from scoring.rubric_file import RUBRICS
from services.context import RubricContext, open_context, open_rubric_set
from services.evaluation.floors import Floors
from services.trust.gate import gate_floors, gate_reasons, measure_golden, notes
from store.calls import figures, read
from store.people import golden
from store.runs import score_holds

OTHER = {Verdict.MET: Verdict.VIOLATED, Verdict.VIOLATED: Verdict.MET, Verdict.NOT_APPLICABLE: Verdict.MET}
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


def said(context: RubricContext) -> dict[str, dict[str, Verdict]]:
    """The machine's verdicts of each call, by item."""
    with context.store.read() as c:
        return {
            row.call_id: {
                item.id: VERDICT_OF[letter] for item, letter in zip(context.rubric.items, row.verdicts, strict=True)
            }
            for row in read.scores(c, context.keys)
        }


def label_calls(settings: Settings, n_right: int, n_wrong: int = 0, source: str = "expert") -> None:
    """Labels what the machine decided: of the first calls as it did, of the next ones otherwise."""
    with open_context(settings) as context:
        labels = [
            GoldenLabel(call_id, item, verdict if n < n_right else OTHER[verdict], source, "王质检", NOW)
            for n, (call_id, items) in enumerate(list(said(context).items())[: n_right + n_wrong])
            for item, verdict in items.items()
            if verdict in OTHER
        ]
        with context.store.write() as c:
            golden.put_labels(c, labels)


@pytest.fixture
def floors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "floors.yaml"
    file.write_text("macro_f1: 0.9\nwrongly_failed: 0.02\n", encoding="utf-8")
    monkeypatch.setenv("CALLQA_GOLDEN__FLOORS", str(file))
    return file


def n_published(settings: Settings) -> tuple[int, int]:
    """(scores that reports show, scores that are held)"""
    with open_context(settings) as context, context.store.read() as c:
        return len(list(read.scores(c, context.keys))), figures.n_held(c, context.keys, Days())


def test_a_good_night_is_published(scored: Settings, floors: Path, typed: Typed) -> None:
    label_calls(scored, n_right=10)
    night = typed("run")
    assert night.exit_code == 0, night.output
    assert "golden set  calls 10, macro F1 1.000, pass labels wrongly failed 0.0%" in night.output
    assert n_published(scored) == (60, 0)


def test_a_bad_night_is_held_until_it_is_released(
    scored: Settings, floors: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    label_calls(scored, n_right=4, n_wrong=4)
    night = typed("run")
    assert night.exit_code == 3
    assert "HELD        scores of run 1 that are not published: 60, because" in night.output
    assert "at least 0.9 is asked for" in night.output
    assert "callqa release 1 --by NAME --reason WHY" in night.output
    assert "2026-11: the scores of 60 calls are held" in typed("report").output
    assert n_published(scored) == (0, 60)
    with open_context(scored) as context, context.store.read() as c:
        assert len(figures.scored_calls(c, context.keys, Days())) == 0
    assert "the score is held" in typed("show", "call-0001").output

    listed = typed("release").output
    assert "macro F1 is" in listed
    assert isinstance(typed("release", "1", "--by", "王主管").exception, ConfigError)
    assert n_published(scored) == (0, 60)
    released = typed("release", "1", "--by", "王主管", "--reason", "标注有误")
    assert released.output.startswith("scores of run 1 published: 60;")
    assert n_published(scored) == (60, 0)
    with open_context(scored) as context, context.store.read() as c:
        assert len(figures.scored_calls(c, context.keys, Days())) == 60
    monkeypatch.setenv("CALLQA_LANG", "zh")
    assert "已发布（王主管：标注有误）" in typed("release").output


def test_a_held_night_does_not_hold_the_next(scored: Settings, floors: Path, typed: Typed) -> None:
    """With no new scores the next night holds nothing, and what it cannot judge anew stays held."""
    label_calls(scored, n_right=0, n_wrong=8)
    assert typed("run").exit_code == 3
    again = typed("run")
    assert again.exit_code == 0
    assert "there are no new scores to hold" in again.output
    with open_context(scored) as context, context.store.read() as c:
        assert [hold.n_scores for hold in score_holds.holds(c)] == [60]


def test_without_floors_or_without_labels_nothing_is_held(scored: Settings, typed: Typed, tmp_path: Path) -> None:
    label_calls(scored, n_right=0, n_wrong=8)
    night = typed("run")
    assert (night.exit_code, "golden" in night.output) == (0, False)


def test_an_empty_set_checks_nothing_and_says_so(scored: Settings, floors: Path, typed: Typed) -> None:
    night = typed("run")
    assert night.exit_code == 0
    assert "no labels yet" in night.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("macro: 1", "line 1: macro: unknown field; did you mean 'macro_f1'"),
        ("macro_f1: yes", "line 1: macro_f1: "),
        ("items:\n  openin: 0.5", "line 2: floor for 'openin': no such item; did you mean 'opening'"),
        ("", "line 1: expected a mapping with macro_f1"),
    ],
)
def test_bad_floors_are_refused_before_the_night_starts(
    scored: Settings, floors: Path, typed: Typed, text: str, message: str
) -> None:
    floors.write_text(text, encoding="utf-8")
    night = typed("run")
    assert isinstance(night.exception, ConfigError)
    assert message in str(night.exception)
    with open_context(scored) as context, context.store.read() as c:
        assert score_holds.gated_upto(c, context.keys.rubric_key) == 0


def test_floors_of_several_rubrics_are_in_one_file(scored: Settings, floors: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    shipped = (RUBRICS / "pudong-12345.yaml").read_text(encoding="utf-8")
    renamed = shipped.replace("id: pudong-12345", "id: other\napplies_to: {teams: [A组]}").replace(
        "id: opening", "id: hello"
    )
    other.write_text(renamed, encoding="utf-8")
    floors.write_text("items: {opening: 0.5, hello: 0.6, closing: 0.7}", encoding="utf-8")
    settings = load_settings(home=scored.home, rubric=f"pudong-12345,{other}")
    with open_rubric_set(settings) as rubric_set:
        all_floors = [gate_floors(context) for context in rubric_set]
    assert [floors.items for floors in all_floors if floors] == [
        {"opening": 0.5, "closing": 0.7},
        {"hello": 0.6, "closing": 0.7},
    ]


def test_overturned_appeals_are_counted_beside_the_figures(scored: Settings) -> None:
    """Each was chosen because the machine was wrong: as labels like others they would hold every night in the end."""
    label_calls(scored, n_right=6)
    with open_context(scored) as context:
        before = measure_golden(context)
        answers = said(context)
        wrong = [(call, item) for call in list(answers)[6:12] for item, v in answers[call].items() if v in OTHER]
        with context.store.write() as c:
            for call, item in wrong[:20]:
                golden.put_label(c, GoldenLabel(call, item, OTHER[answers[call][item]], golden.APPEAL, "终审", NOW))
        after = measure_golden(context)
    assert after.figures == before.figures
    assert (after.n_appealed, after.n_repeated) == (20, 20)


def test_a_floor_that_no_label_can_tell_asks_for_nothing(scored: Settings) -> None:
    with open_context(scored) as context, context.store.write() as c:
        call, items = next(iter(said(context).items()))
        met = next(item for item, verdict in items.items() if verdict is Verdict.MET)
        golden.put_label(c, GoldenLabel(call, met, Verdict.MET, "expert", "王质检", NOW))
    with open_context(scored) as context:
        measured = measure_golden(context)
    assert gate_reasons(measured, Floors(macro_f1=0.99, items={met: 0.9})) == ()
    assert gate_reasons(measured, Floors(unsure=0.0)) == ()


def test_items_that_only_suggest_hold_nothing(scored: Settings) -> None:
    """Nobody loses points by them."""
    label_calls(scored, n_right=0, n_wrong=8)
    with open_context(scored) as context:
        items = {item.item for item in measure_golden(context).figures.items}
        only_one = replace(context, advisory=frozenset(items - {"opening"}))
        left = measure_golden(only_one)
        nothing = measure_golden(replace(context, advisory=frozenset(items)))
    assert {item.item for item in left.figures.items} == {"opening"}
    assert left.advisory == items - {"opening"}
    assert list(map(str, notes(left, Floors(items={"closing": 0.5})))) == [
        f"in no figure, for they only suggest: {', '.join(sorted(items - {'opening'}))}"
    ]
    assert (nothing.n_calls, nothing.missing) == (0, ())


def test_labels_of_another_rubrics_calls_are_not_missing(scored: Settings) -> None:
    label_calls(scored, n_right=60)
    with open_context(scored) as context:
        team_a = replace(context, keys=replace(context.keys, scope=Scope(teams=("A组",))))
        measured = measure_golden(team_a)
    assert 0 < measured.n_calls < 60
    assert measured.missing == ()


def test_labelled_calls_without_findings_are_a_reason(scored: Settings) -> None:
    label_calls(scored, n_right=2)
    with open_context(scored) as context:
        other = replace(
            context, keys=replace(context.keys, engine_key="e" * 16)
        )  # an engine that has heard nothing yet
        measured = measure_golden(other)
        assert len(measured.missing) == 2
        (reason,) = gate_reasons(measured, Floors(macro_f1=0.5))
    assert str(reason).startswith("2 labelled calls were not evaluated: call-")


def test_labels_are_added_listed_and_dropped(scored: Settings, typed: Typed) -> None:
    assert typed("golden", "list").output.strip() == "the golden set is empty"
    add = ("golden", "add", "call-0001", "opening", "violated", "--by", "王质检")
    assert typed(*add).output.startswith("labels added: 1, there before: 0")
    assert typed(*add).output.startswith("labels added: 0, there before: 1")
    listed = typed("golden", "list").output
    assert "call-0001" in listed
    assert "Opening" in listed
    assert "Violated" in listed
    by_title = typed("golden", "add", "call-0002", "Opening", "不合格", "--by", "王质检")
    assert by_title.output.startswith("labels added: 1,")
    assert "拿不准" in str(typed("golden", "add", "call-0002", "开头语", "拿不准", "--by", "王质检").exception)
    assert (
        "labels of call call-0002 that count no longer: 1"
        in typed("golden", "drop", "call-0002", "--item", "开头语", "--by", "王质检").output
    )
    assert "did you mean 'opening'" in str(typed("golden", "add", "call-1", "openin", "met", "--by", "x").exception)
    assert "no call call-9" in str(typed("golden", "add", "call-9", "opening", "met", "--by", "x").exception)
    assert typed("golden", "drop", "call-0001", "--by", "王质检").exit_code == 0
    assert typed("golden", "list").output.strip() == "the golden set is empty"
    assert "has no such label" in str(typed("golden", "drop", "call-0001", "--by", "王质检").exception)


def test_check_measures_and_holds_nothing(scored: Settings, typed: Typed, floors: Path) -> None:
    assert "golden set is empty" in typed("golden", "check").output
    label_calls(scored, n_right=2, n_wrong=6)
    checked = typed("golden", "check", "--confusions")
    assert "detecting 'fail', calls: 8" in checked.output
    assert "label and answer differ" in checked.output
    assert "the next run's scores would be held" in checked.output
    assert n_published(scored) == (60, 0)


def test_labels_of_a_folder(scored: Settings, typed: Typed, samples: Path) -> None:
    """The calls must be known: a label of nothing would never be checked."""
    refused = typed("golden", "import", str(samples), "--by", "王质检")
    assert "no call D008" in str(refused.exception)
    assert typed("ingest", str(samples / "manifest.csv")).exit_code == 0
    imported = typed("golden", "import", str(samples), "--by", "王质检")
    assert imported.output.startswith("labels added: 110, there before: 0"), imported.output
    assert typed("golden", "import", str(samples), "--by", "王质检").output.startswith(
        "labels added: 0, there before: 110"
    )
