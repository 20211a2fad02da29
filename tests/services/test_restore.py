"""A restore brings nothing back that was erased or removed since, and loses no legal hold; or it says so."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from every_cell import everything_in
from keeping import NOW, QUIET, kept, with_limits
from restoring import restored
from sqlalchemy import select
from typed import Typed

from callqa.people import AuditEntry
from callqa.settings import Settings
from callqa.types import Call, Ticket
from flows.stages import index_again
from reports.month import write_all_changed_reports, write_changed_reports
from services.context import RubricContext, open_rubric_set
from services.intake.gate import Gate
from services.retention.apply import Removal, remove_due
from services.retention.erase import erase
from services.upkeep.backup import Chosen, back_up
from store import Store, open_store
from store.calls import pending, read, write
from store.people import audit, audit_checks
from store.removal import deletion, legal_holds, marks, removals
from store.tables.calls import call
from store.tables.removal import erased_number

NUMBER = "13912345678"
CALL = "call-0007"
"""Whose ticket has that number."""
Contexts = tuple[RubricContext, ...]


@pytest.fixture
def archive(rubric_set: Contexts, tmp_path: Path) -> Path:
    """A backup with a call of that number."""
    (context,) = rubric_set
    with context.store.write() as c:
        c.execute(call.update().where(call.c.call_id == CALL).values(ticket=Ticket(contact_phone=f"+86 {NUMBER}")))
        audit.put_audit(c, AuditEntry(NOW, "wang", "supervisor", "signed_in"))
    back_up(context.settings, context.store, tmp_path / "backup.zip", Chosen())
    return tmp_path / "backup.zip"


def erased(rubric_set: Contexts, at: datetime = NOW, **limits: object) -> removals.Report:
    rubric_set = tuple(replace(context, settings=with_limits(context.settings, **limits)) for context in rubric_set)
    return erase(rubric_set, NUMBER, "os:root", "来信第3号", at, QUIET, index_again, write_all_changed_reports)


@pytest.fixture
def after(scored: Settings) -> Iterator[Store]:
    """The database, opened when it is asked."""
    with closing(open_store(scored.database)) as opened:
        yield opened


def names(store: Store) -> set[str]:
    with store.read() as c:
        return set(c.scalars(select(call.c.call_id)))


def test_the_next_run_writes_the_reports_anew(rubric_set: Contexts, tmp_path: Path, after: Store) -> None:
    (context,) = rubric_set
    write_changed_reports(context)
    with context.store.read() as c:
        assert pending.to_report(c, context.keys) == {}
    back_up(context.settings, context.store, tmp_path / "backup.zip", Chosen())
    restored(context.settings, tmp_path / "backup.zip", force=True)
    with after.read() as c:
        assert set(pending.to_report(c, context.keys)) == set(read.periods(c))


@pytest.mark.parametrize("how", ["erased", "anonymous"])
def test_what_was_erased_since_is_erased_again(archive: Path, rubric_set: Contexts, after: Store, how: str) -> None:
    (context,) = rubric_set
    settings = with_limits(context.settings, keep_erased_scores=how == "anonymous")
    erased(rubric_set, keep_erased_scores=how == "anonymous")
    done = restored(settings, archive, force=True)
    assert done.erased
    assert done.erased.counts == {how: 1, "originals_left": 1, "reports": 1}
    assert (done.back, done.unknown) == ([], [])
    assert CALL not in names(after)
    assert len(names(after)) == (60 if how == "anonymous" else 59)
    assert NUMBER not in everything_in(context.settings)
    with after.read() as c:
        assert [report.reason for report in removals.reports(c)] == [
            "was erased before, and came back with a backup",
            "来信第3号",
        ]
        assert audit_checks.check_log(c).breaks == ()
        again = Call("again", "3001", NOW - timedelta(days=1), "x.wav", ticket=Ticket(contact_phone=NUMBER))
        assert Gate.of(after, settings, NOW).refuses(c, again, "f" * 64) == "erased", (
            "nor does a manifest bring it back"
        )


def test_a_call_in_which_it_was_only_spoken_is_known_by_its_recording(
    archive: Path, rubric_set: Contexts, after: Store
) -> None:
    (context,) = rubric_set
    with context.store.write() as c:
        c.execute(call.update().where(call.c.call_id == "call-0008").values(uri=f"/recordings/{NUMBER}.wav"))
    erased(rubric_set)
    assert restored(context.settings, archive, force=True).erased
    assert {CALL, "call-0008"} & names(after) == set()


def test_a_recording_that_was_replaced_before_the_erasure_does_not_come_back(
    archive: Path, rubric_set: Contexts, after: Store
) -> None:
    (context,) = rubric_set
    with context.store.write() as c:
        old = read.call_row(c, CALL)
        assert old
        write.put_call(c, old.call, "e" * 64, 1000, "stamp", replace=True)
    erased(rubric_set)
    assert restored(context.settings, archive, force=True).erased
    assert CALL not in names(after)


def test_without_the_key_it_says_that_they_are_back(archive: Path, rubric_set: Contexts, after: Store) -> None:
    (context,) = rubric_set
    erased(rubric_set)
    key = context.settings.home / "erasure.key"
    kept_elsewhere = key.read_text()
    key.unlink()
    done = restored(context.settings, archive, force=True)
    assert done.erased is None
    assert str(done.back[0]).startswith("numbers and recordings erased since, 2: ")
    assert CALL in names(after)
    key.write_text(kept_elsewhere)
    assert restored(context.settings, archive, force=True).erased, "the hashes were kept, so it can be mended"
    assert CALL not in names(after)


@pytest.mark.parametrize("put_back", [True, False], ids=["limits", "no limits"])
def test_what_was_removed_by_age_since_is_removed_again(
    archive: Path, rubric_set: Contexts, after: Store, put_back: bool
) -> None:
    (context,) = rubric_set
    limits = {"transcript_days": 1, "audio_days": 1, "score_days": 30}
    kept(rubric_set, **limits)
    left = names(context.store)
    assert 0 < len(left) < 60
    done = restored(with_limits(context.settings, **limits if put_back else {}), archive, force=True)
    if put_back:
        assert (done.back, done.unknown) == ([], [])
        assert names(after) <= left
        with after.read() as c:
            assert marks.removed_of(c, 1 if 1 in left else min(c.scalars(select(call.c.id)))).text
            assert sum(past.n_calls for past in deletion.past(c)) == 60 - len(names(after))
    else:
        assert done.removed is None
        assert "the settings have no limits now" in str(done.back[0])
        assert len(names(after)) == 60


def test_a_backup_that_was_made_amid_a_removal(rubric_set: Contexts, after: Store, tmp_path: Path) -> None:
    (context,) = rubric_set
    started(context, "run")  # by which its calls came
    settings = with_limits(context.settings, score_days=30, transcript_days=1)
    archive = tmp_path / "amid.zip"

    def meanwhile() -> None:
        if not archive.exists():
            back_up(settings, context.store, archive, Chosen())

    remove_due(Removal(context.store, settings, "retention", "os:root", "", NOW), QUIET, meanwhile)
    done = restored(settings, archive, force=True)
    assert (done.back, done.unknown) == ([], [])
    with after.read() as c:
        assert all(marks.removed_of(c, pk).text for pk in c.scalars(select(call.c.id)))
        assert all(report.finished_at for report in removals.reports(c))


def test_legal_holds_since_are_kept(archive: Path, rubric_set: Contexts, after: Store) -> None:
    (context,) = rubric_set
    with context.store.write() as c:
        first = legal_holds.hold_calls(c, [1, 2], "calls", "诉讼", "法务", NOW)
        legal_holds.hold_calls(c, [7], "call call-0007", "诉讼", "法务", NOW)
        legal_holds.release(c, first, "结案", "法务", NOW)
    kept(rubric_set, score_days=1)
    done = restored(with_limits(context.settings, score_days=1), archive, force=True)
    assert done.holds == 3
    assert names(after) == {CALL}, "held calls are not removed again"
    with after.read() as c:
        assert [(hold.n_calls, hold.released_by) for hold in legal_holds.legal_holds(c)] == [(1, None), (0, "法务")]


def test_a_database_that_knows_nothing_of_it_is_told(archive: Path, scored: Settings, tmp_path: Path) -> None:
    other = scored.model_copy(update={"home": tmp_path / "other", "database_url": ""})
    (unknown,) = restored(other, archive).unknown
    assert "callqa erase --phone NUMBER --apply" in str(unknown)
    with open_rubric_set(other) as (context,), context.store.write() as c:
        audit.put_audit(c, *[AuditEntry(datetime(2027, 1, 1, tzinfo=UTC), "li", "", "signed_in")] * 3)
    assert restored(other, archive, force=True).unknown == [], "it went on from this backup"


def test_a_database_of_another_past_is_told(
    archive: Path, settings: Settings, scored: Settings, tmp_path: Path
) -> None:
    other = scored.model_copy(update={"home": tmp_path / "other", "database_url": ""})
    with open_rubric_set(other) as (context,), context.store.write() as c:
        audit.put_audit(c, AuditEntry(NOW, "li", "", "signed_in"))
    assert restored(other, archive, force=True).unknown


@pytest.mark.parametrize(
    ("before", "since", "told"),
    [
        (["ingest", "run"], [], False),  # the same database
        (["ingest", "run"], ["nightly"], False),
        (["ingest"], ["run"], False),
        (["run"], None, True),  # an unrelated one, that began with the same kind of run
        (["nightly"], None, True),
        ([], [], True),  # calls that nobody took in: nothing tells where they are from
    ],
)
def test_without_an_audit_log_the_last_run_tells_where_a_backup_is_from(
    rubric_set: Contexts, tmp_path: Path, before: list[str], since: list[str] | None, told: bool
) -> None:
    """``since``: what ran in the database after the backup; ``None``: it is another one."""
    (context,) = rubric_set
    started(context, *before)
    back_up(context.settings, context.store, tmp_path / "b.zip", Chosen())
    if since is None:
        there = context.settings.model_copy(update={"home": tmp_path / "other", "database_url": ""})
        with open_rubric_set(there) as (other,):
            started(other, "run", "nightly")
    else:
        there = context.settings
        started(context, *since)
    assert bool(restored(there, tmp_path / "b.zip", force=True).unknown) == told


def test_a_backup_without_calls_brings_nothing_back(settings: Settings, tmp_path: Path) -> None:
    with open_rubric_set(settings) as (context,):
        back_up(settings, context.store, tmp_path / "b.zip", Chosen())
        started(context, "run")
    assert restored(settings, tmp_path / "b.zip", force=True).unknown == []


def started(context: RubricContext, *kinds: str) -> None:
    with context.store.write() as c:
        for kind in kinds:
            write.start_run(c, kind, context.keys)


def test_a_restore_that_breaks_off_changes_nothing(
    archive: Path, rubric_set: Contexts, after: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (context,) = rubric_set
    erased(rubric_set)
    monkeypatch.setattr("services.upkeep.restore.copy_in", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        restored(context.settings, archive, force=True)
    with after.read() as c:
        assert len(c.execute(select(erased_number)).all()) == 1
        assert len(removals.reports(c)) == 1
    assert len(names(after)) == 59


def test_as_typed(archive: Path, rubric_set: Contexts, typed: Typed) -> None:
    erased(rubric_set)
    done = typed("restore", str(archive), "--force")
    assert done.exit_code == 0, done.output
    assert "erased after it, and now again: erased 1" in done.output
    (rubric_set[0].settings.home / "erasure.key").unlink()
    done = typed("restore", str(archive), "--force")
    assert done.exit_code == 1
    assert "NOT ALL IS GONE" in done.output
