"""Details that the check stage found, shown as found; calls that were checked before look the same."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from asr import describe_engine
from asr.bleep import Bleep
from callqa.settings import Settings
from callqa.types import Conversation, Finding
from flows.stages import STAGES, check, score
from qa_models.personal.check import PersonalCheck
from services.calls.visible import ShownCall, bleeps_in, shown_call
from services.context import RubricContext, open_context
from services.evaluation.labelled import read_truths, true_conversations
from services.privacy.personal import personal_by_call
from store.calls import read, write
from store.removal import removals
from store.tables.calls import check_version, finding

NOW = datetime(2026, 12, 2, tzinfo=UTC)
HERE = Path(__file__).parents[2]
FOLDERS = ("samples", "tests/calls")
SHOWS_CALLS = ("web/call", "services/calls", "services/listening", "services/privacy", "services/search")


def truths(settings: Settings, folder: Path) -> Iterator[Conversation]:
    known = {truth.call_id: truth for truth in read_truths(folder)}
    for _, conversation in true_conversations(settings, folder, known):
        yield conversation


def put(context: RubricContext, conversation: Conversation) -> int:
    """Stored and not yet checked; its primary key."""
    call, transcript = conversation.call, conversation.transcript
    sha256 = call.call_id.encode().hex().rjust(64, "0")
    heard = replace(
        transcript, recording=replace(transcript.recording, sha256=sha256), engine_key=context.keys.engine_key
    )
    with context.store.write() as c:
        write.put_call(c, call, sha256, 1, "1:1")
        write.put_transcript(c, sha256, call.agent_channel, heard, describe_engine(context.settings.asr))
        row = read.call_row(c, call.call_id)
    assert row is not None
    return row.call_pk


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RubricContext]:
    """Over all calls of the folders, checked and scored."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with open_context(settings) as opened:
        ids = [put(opened, call) for folder in FOLDERS for call in truths(settings, HERE / folder)]
        check(opened, ids)
        score(opened, ids)
        yield opened


def ids_of(context: RubricContext) -> list[int]:
    with context.store.read() as c:
        return sorted(read.covered_ids(c, range(1, 100), context.keys))


def shown(context: RubricContext) -> list[tuple[ShownCall, ShownCall, tuple[Bleep, ...] | None]]:
    """Each call as a supervisor and as somebody discreet see it, and where it is bleeped. Without the details
    themselves, which no page shows."""
    calls = []
    with context.store.read() as c:
        for pk in ids_of(context):
            row = read.call_row_of(c, pk)
            if row is not None:
                whole, masked = (shown_call(context, c, row, discreet=discreet) for discreet in (False, True))
                calls.append((_without_details(whole), _without_details(masked), bleeps_in(context, c, row)))
    return calls


def _without_details(call: ShownCall) -> ShownCall:
    def bare(known: Finding | None) -> Finding | None:
        return known and replace(known, details=None)

    findings = {name: replace(known, details=None) for name, known in call.file.findings.items()}
    lines = tuple(replace(line, finding=bare(line.finding)) for line in call.lines)
    return replace(call, file=replace(call.file, findings=findings), lines=lines)


def as_before(context: RubricContext) -> None:
    """The store as it would be, had the calls been checked before there were details."""
    with context.store.write() as c:
        personal = select(check_version.c.id).where(check_version.c.check_key == context.personal.key)
        c.execute(delete(finding).where(finding.c.check_version_id.in_(personal)))
        c.execute(update(finding).values(details=None))


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is looked for once more."""

    def refuse(*_: object) -> None:
        raise AssertionError("looked for again")

    monkeypatch.setattr(PersonalCheck, "find", refuse)
    monkeypatch.setattr("qa_models.checks.ticket_facts.mismatches", refuse)


@pytest.mark.slow  # checks and scores all labelled calls
@pytest.mark.usefixtures("refused")
def test_pages_read_what_the_checks_found(context: RubricContext) -> None:
    calls = shown(context)
    assert len(calls) > 50
    assert sum(bool(field.doubts) for whole, _, _ in calls for field in whole.ticket) > 10
    with context.store.read() as c:
        stored = personal_by_call(context, c, ids_of(context))
    assert len(stored) == len(calls)
    assert sum(len(personal.spans) for personal in stored.values()) > 300


@pytest.mark.slow  # checks and scores all labelled calls
def test_calls_that_were_checked_before_look_the_same_and_nothing_is_to_do(context: RubricContext) -> None:
    now = shown(context)
    before = ids_of(context)
    with context.store.write() as c:
        rows = [dict(row) for row in c.execute(select(finding)).mappings()]
    as_before(context)
    try:
        assert shown(context) == now
        assert [stage.pending(context) for name, stage in STAGES.items() if name in ("check", "score")] == [[], []]
        check(context, before)  # a batch that is tried a second time
        assert shown(context) == now
    finally:
        with context.store.write() as c:
            c.execute(delete(finding))
            c.execute(finding.insert(), rows)


@pytest.mark.slow  # checks and scores all labelled calls
def test_a_second_rubric_finds_it_there(context: RubricContext) -> None:
    """Nothing personal is looked for again, because the key is the same whatever the rubric."""
    with context.store.read() as c:
        keys = replace(context.keys, check_keys=("x" * 16, context.personal.key))
        missing = read.missing_checks(c, ids_of(context), keys)
    assert set(missing.values()) == {frozenset({"x" * 16})}


@pytest.mark.slow  # checks and scores all labelled calls
def test_what_an_older_version_found_is_not_shown(context: RubricContext, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = replace(context, personal=PersonalCheck("personal_of_tomorrow"))
    looked_at: list[str] = []
    find = PersonalCheck.find

    def finding_anew(self: PersonalCheck, conversation: Conversation) -> object:
        looked_at.append(conversation.call.call_id)
        return find(self, conversation)

    monkeypatch.setattr(PersonalCheck, "find", finding_anew)
    with context.store.read() as c:
        assert personal_by_call(newer, c, [1, 2]) == personal_by_call(context, c, [1, 2])
    assert len(looked_at) == 2


def test_what_crashes_leaves_no_finding_and_fails_no_call(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("out of its depth")

    with open_context(settings) as context:
        pk = put(context, next(truths(settings, HERE / "samples")))
        with monkeypatch.context() as broken:
            broken.setattr(PersonalCheck, "find", crash)
            report = check(context, [pk])
        assert (report.done, report.failed) == (1, 0)
        with context.store.read() as c:
            assert personal_by_call(context, c, [pk])[pk].spans


def test_what_is_removed_is_gone(settings: Settings) -> None:
    with open_context(settings) as context:
        pk = put(context, next(truths(settings, HERE / "samples")))
        check(context, [pk])
        with context.store.write() as c:
            assert personal_by_call(context, c, [pk])
            removals.remove_text(c, [pk], removals.start_report(c, "retention", "王丽", "", NOW), NOW)
            assert personal_by_call(context, c, [pk]) == {}
            assert set(c.scalars(select(finding.c.details))) == {None}


@pytest.mark.parametrize("folder", SHOWS_CALLS)
def test_what_shows_a_call_needs_no_checks_of_its_own(folder: str) -> None:
    """Modules that it imports when it is loaded: notes of people alone are looked at when they are shown."""
    for path in (HERE / folder).glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("qa_models"), path
