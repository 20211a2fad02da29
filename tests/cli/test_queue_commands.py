"""The review queue at the command line: waiting, asked and done."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nights import QUIET, environment
from people import refused, told
from typer.testing import CliRunner

from callqa.records import Assignment
from callqa.settings import ReviewSettings, Settings
from cli.main import app
from flows.night import TRUST_UPDATE
from flows.runner import run_night
from flows.stage import in_this_process
from scoring.review.queue import QueuedCall
from services.context import RubricContext, open_context
from services.review.queue import BY_RULE, queued_calls
from store.people import assignments


def waiting(settings: Settings) -> list[QueuedCall]:
    with open_context(settings) as context, context.store.read() as c:
        return queued_calls([context], c)


def asked(settings: Settings) -> dict[str, str]:
    with open_context(settings) as context, context.store.read() as c:
        return {stored.assignment.call_id: stored.assignment.reviewer for stored in assignments.open_assignments(c)}


def askings(settings: Settings, call_id: str) -> list[str]:
    """Who is asked to hear the call."""
    with open_context(settings) as context, context.store.read() as c:
        return sorted(stored.assignment.reviewer for stored in assignments.open_assignments(c, call_ids=[call_id]))


def decide_all(settings: Settings, call: QueuedCall, by: str) -> None:
    for item in call.items:
        told(settings, "review", "override", call.call_id, item, "合格", "--by", by, "--reason", "听过录音")


@pytest.mark.usefixtures("chinese")
def test_the_list_has_the_most_urgent_first(scored: Settings) -> None:
    calls = waiting(scored)
    ranks = [(not call.emergency, not call.fatal) for call in calls]
    assert ranks == sorted(ranks)
    assert calls[0].emergency
    assert any(call.fatal and not call.emergency for call in calls)
    shown = told(scored, "queue", "list", "--limit", "3")
    assert f"待复核通话（前 3 条，共 {len(calls)} 条）" in shown
    assert [call.call_id in shown for call in calls[:4]] == [True, True, True, False]
    assert "一票否决待确认" in shown
    assert told(scored, "queue", "list", "--period", "2026-10") == "没有待复核的通话。\n"


@pytest.mark.usefixtures("chinese")
def test_an_even_split_and_a_share(scored: Settings) -> None:
    n = len(waiting(scored))
    told(scored, "queue", "assign", "--to", "王丽", "--to", "李明", "--limit", "7", "--by", "张强")
    first = Counter(asked(scored).values())
    assert sorted(first.values()) == [3, 4]
    told(scored, "queue", "assign", "--to", "王丽:3", "--to", "赵敏:1", "--by", "张强")
    both = asked(scored)
    assert len(both) == n
    more = Counter(both.values()) - first
    assert more["王丽"] + more["赵敏"] == n - 7
    assert abs(more["王丽"] - 3 * more["赵敏"]) <= 3
    assert told(scored, "queue", "assign", "--to", "王丽", "--by", "张强") == "没有可分配的通话。\n"


@pytest.mark.usefixtures("chinese")
def test_nobody_is_asked_to_hear_their_own_calls(scored: Settings) -> None:
    own_calls = [call.call_id for call in waiting(scored) if call.agent_id == "3001"]
    assert own_calls
    output = told(scored, "queue", "assign", "--to", "3001", "--by", "张强")
    assert f"{len(own_calls)} 条通话无人可分配" in output
    assert not set(own_calls) & set(asked(scored))


def test_a_call_is_done_when_its_reviewer_has_judged_all_that_waited(scored: Settings) -> None:
    told(scored, "queue", "assign", "--to", "王丽", "--limit", "1", "--by", "张强")
    ((call_id, _),) = asked(scored).items()
    call = next(call for call in waiting(scored) if call.call_id == call_id)
    decide_all(scored, call, "王丽")
    assert asked(scored) == {}
    assert call_id not in {call.call_id for call in waiting(scored)}
    (line,) = [line for line in told(scored, "queue", "load").splitlines() if "王丽" in line]
    assert [cell.strip() for cell in line.split("│")[1:5]] == ["王丽", "0", "1", "0"]
    assert line.split("│")[-2].strip() == "1"  # today


def test_what_somebody_else_finished_is_taken_back(scored: Settings) -> None:
    told(scored, "queue", "assign", "--to", "王丽", "--limit", "1", "--by", "张强")
    call = waiting(scored)[0]
    decide_all(scored, call, "李明")
    (line,) = [line for line in told(scored, "queue", "load").splitlines() if "王丽" in line]
    assert [cell.strip() for cell in line.split("│")[1:5]] == ["王丽", "0", "0", "1"]


@pytest.mark.usefixtures("chinese")
def test_recall_and_done(scored: Settings) -> None:
    told(scored, "queue", "assign", "--to", "王丽", "--to", "李明", "--limit", "4", "--by", "张强")
    mine = sorted(call for call, name in asked(scored).items() if name == "王丽")
    assert "已收回 1 条通话" in told(scored, "queue", "recall", mine[0], "--by", "张强")
    assert "已完成通话" in told(scored, "queue", "done", mine[1], "--by", "王丽")
    assert set(asked(scored).values()) == {"李明"}
    assert "已收回 2 条通话" in told(scored, "queue", "recall", "--reviewer", "李明", "--by", "张强")
    assert asked(scored) == {}
    assert mine[0] in {call.call_id for call in waiting(scored)}


RULES = """\
rules:
  - match: {fatal: true}
    reviewers: [质检组长]
  - match: {team: A组}
    reviewers: {王丽: 2, 李明: 1}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def expected(calls: list[QueuedCall]) -> tuple[set[str], set[str], int]:
    fatal = {call.call_id for call in calls if call.fatal}
    team_a = {call.call_id for call in calls if call.team == "A组"} - fatal
    return fatal, team_a, len(calls) - len(fatal) - len(team_a)


@pytest.mark.usefixtures("chinese")
def test_rules_from_a_file(scored: Settings, rules: Path) -> None:
    fatal, team_a, nobody = expected(waiting(scored))
    output = told(scored, "queue", "assign", "--rules", str(rules), "--by", "张强")
    given = asked(scored)
    assert {call for call, name in given.items() if name == "质检组长"} == fatal
    assert {call for call, name in given.items() if name in ("王丽", "李明")} == team_a
    assert f"{nobody} 条通话无人可分配" in output


def test_every_run_gives_out_what_the_rules_say(scored: Settings, rules: Path) -> None:
    fatal, team_a, _ = expected(waiting(scored))
    ruled = scored.model_copy(update={"review": ReviewSettings(rules=rules)})
    for _ in range(2):
        with open_context(ruled) as context:
            run_night([context], "test", TRUST_UPDATE, in_this_process, QUIET)
    assert set(asked(scored)) == fatal | team_a
    assert assigned_by(ruled) == {BY_RULE}


def assigned_by(settings: Settings) -> set[str]:
    with open_context(settings) as context:
        return _authors(context)


def _authors(context: RubricContext) -> set[str]:
    with context.store.read() as c:
        return {stored.assignment.assigned_by for stored in assignments.open_assignments(c)}


def test_a_mistake_in_the_rules_stops_a_run_before_it_starts(scored: Settings, rules: Path) -> None:
    rules.write_text("rules:\n- match: {temas: A组}\n  reviewers: [王丽]\n", encoding="utf-8")
    message = refused(scored, "queue", "assign", "--rules", str(rules), "--by", "张强")
    assert f"{rules}, line 2: rules.0.match.temas: unknown field; did you mean 'team'?" in message
    assert asked(scored) == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("assign",), "name people with --to, or a file with --rules"),
        (("assign", "--to", "王丽:x"), "--to 王丽:x: write a name, or a name and a share more than 0"),
        (("assign", "--to", "王丽:0"), "a share more than 0"),
        (("assign", "--to", "王丽:inf"), "a share more than 0"),
        (("assign", "--to", "王丽", "--to", "王丽：2"), "王丽 is there twice"),
        (("recall",), "name calls, or a person with --reviewer"),
        (("recall", "--reviewer", "王丽"), "nothing of this is assigned; see: callqa queue list"),
        (("done", "call-0001"), "nothing of this is assigned"),
    ],
)
def test_mistakes_at_the_queue(scored: Settings, arguments: tuple[str, ...], message: str) -> None:
    assert message in refused(scored, "queue", *arguments, "--by", "张强")


@pytest.mark.usefixtures("chinese")
def test_nobody_was_asked_yet(scored: Settings) -> None:
    assert told(scored, "queue", "load") == "还没有分配过复核。\n"


@pytest.mark.usefixtures("chinese")
def test_done_says_what_nobody_has_judged(scored: Settings) -> None:
    told(scored, "queue", "assign", "--to", "王丽", "--limit", "1", "--by", "张强")
    ((call_id, _),) = asked(scored).items()
    assert "仍待复核：" in told(scored, "queue", "done", call_id, "--by", " 王丽 ")
    assert call_id in {call.call_id for call in waiting(scored)}


def test_a_month_that_is_none_is_refused(scored: Settings) -> None:
    assert "write it as 2026-11" in refused(scored, "queue", "list", "--period", "11月")


def test_everything_done_needs_a_name(scored: Settings) -> None:
    result = CliRunner().invoke(app, ["queue", "assign", "--to", "王丽", "--by", " "], env=environment(scored))
    assert "write your name or number" in result.output
    assert not asked(scored)


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)], indirect=True)
def test_a_judgement_that_is_taken_back_opens_what_it_had_ended(scored: Settings, database: str) -> None:
    call = next(call for call in waiting(scored) if call.items)
    for name in ("王丽", "李明"):
        with open_context(scored) as context, context.store.write() as c:
            assignments.put_assignments(c, [Assignment(call.call_id, name, "review", "张强", datetime.now(UTC))])
    decide_all(scored, call, "王丽")
    assert call.call_id not in asked(scored)
    last = call.items[-1]
    told(scored, "review", "withdraw", call.call_id, last, "--by", "王丽")
    assert askings(scored, call.call_id) == ["李明", "王丽"]
    told(scored, "review", "override", call.call_id, last, "合格", "--by", "王丽", "--reason", "又听了一遍")
    assert askings(scored, call.call_id) == []
    told(scored, "queue", "assign", "--to", "赵敏", "--by", "张强")
    told(scored, "review", "withdraw", call.call_id, last, "--by", "王丽")
    assert askings(scored, call.call_id) == ["李明", "王丽"], "nobody else was asked about this call"


def test_what_was_ended_by_hand_stays_ended(scored: Settings) -> None:
    call = next(call for call in waiting(scored) if len(call.items) > 1)
    with open_context(scored) as context, context.store.write() as c:
        assignments.put_assignments(c, [Assignment(call.call_id, "王丽", "review", "张强", datetime.now(UTC))])
    told(scored, "review", "override", call.call_id, call.items[0], "合格", "--by", "王丽", "--reason", "听过录音")
    told(scored, "queue", "done", call.call_id, "--by", "王丽")
    told(scored, "review", "withdraw", call.call_id, call.items[0], "--by", "王丽")
    assert askings(scored, call.call_id) == []
