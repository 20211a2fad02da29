"""Retention over a home full of scored calls: what goes, what stays, and that nothing comes back."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from every_cell import everything_in
from keeping import NOW, QUIET, kept, with_limits
from rich.console import Console
from sqlalchemy import select

import services.retention.apply as applying
from callqa.people import AuditEntry
from callqa.settings import Settings, load_settings
from callqa.settings.privacy import RetentionSettings
from flows import night_steps
from flows.night import NIGHTLY
from flows.runner import run_night
from flows.stage import in_this_process
from flows.stages import STAGES
from services.calls.call_file import read_call
from services.context import RubricContext, open_rubric_set
from services.intake.ingest import ingest
from services.retention.plan import plan
from services.runs import lease as run_leases
from store.calls import read
from store.people import audit, audit_checks
from store.removal import deletion, legal_holds, marks, removals
from store.runs import lease
from store.tables.calls import call, metadata


def test_a_plan_changes_nothing_and_says_what_goes(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    limits = RetentionSettings(audio_days=25, transcript_days=30, score_days=400)
    with context.store.write() as c:
        legal_holds.hold_calls(c, [1], "call call-0001", "诉讼", "法务", NOW)
    with context.store.read() as c:
        due = {planned.limit.name: planned.due for planned in plan(c, limits, NOW)}
        assert due["scores"].n_calls == 0
        assert due["audio"].n_calls > due["transcripts"].n_calls > 0
        assert due["audio"].n_held == 1
        assert due["audio"].first_day == "2026-11-02"
        assert removals.reports(c) == []
        assert marks.removed_of(c, 2) == marks.Removed()


def test_the_report_says_what_went(rubric_set: tuple[RubricContext, ...]) -> None:
    report = kept(rubric_set, audio_days=30, transcript_days=30)
    with rubric_set[0].store.read() as c:
        due = plan(c, RetentionSettings(audio_days=30, transcript_days=30), NOW)
        assert [limit.due.n_calls for limit in due] == [0, 0]
        assert removals.reports(c) == [report]
        entry = audit.page_of(c, audit.AuditFilter(action="retention_applied"))[0].entry
    assert report.finished_at is not None
    assert report.counts["audio"] == report.counts["transcripts"] > 0
    assert dict(entry.detail) == dict(report.counts)


def test_figures_stay_when_words_are_gone(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    with context.store.read() as c:
        before = list(read.scores(c, context.keys))
    kept(rubric_set, audio_days=1, transcript_days=1)
    with context.store.read() as c:
        assert list(read.scores(c, context.keys)) == before
        row = read.call_row(c, "call-0001")
        assert row is not None
        file = read_call(context, c, row)
    assert file.conversation is None
    assert file.sheet is not None
    assert file.removed.text == NOW
    assert file.removed.audio == NOW


def test_a_night_after_it_has_nothing_to_do(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    kept(rubric_set, audio_days=1, transcript_days=1)
    done = run_night(rubric_set, "run", NIGHTLY, in_this_process, QUIET)
    for report in done:
        assert all(stage.done + stage.failed == 0 for stage in report.stages.values())


def test_a_night_ends_with_it_where_the_settings_say_so(scored: Settings) -> None:
    limits = {"transcript_days": 1, "audio_days": 1}
    for nightly in (False, True):
        with open_rubric_set(with_limits(scored, nightly=nightly, **limits)) as rubric_set:
            run_night(rubric_set, "run", NIGHTLY, in_this_process, QUIET)
            with rubric_set[0].store.read() as c:
                assert len(removals.reports(c)) == nightly


def test_a_night_that_another_run_follows_at_once_puts_it_off(
    scored: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other one begins when this one has given its lease back, and before it removes what is due."""
    other = "elsewhere/1/x"

    def night(rubric_set: tuple[RubricContext, ...]) -> int:
        run_night(rubric_set, "run", NIGHTLY, in_this_process, Console(width=200))
        with rubric_set[0].store.read() as c:
            return len(removals.reports(c))

    def begin(*_: object) -> None:
        with rubric_set[0].store.write() as c:
            assert lease.acquire(c, run_leases.NAME, other, run_leases.LEASE_SECONDS)

    with open_rubric_set(with_limits(scored, nightly=True, transcript_days=1)) as rubric_set:
        with monkeypatch.context() as patched:
            patched.setattr(night_steps, "draw_due", begin)
            assert night(rubric_set) == 0
        line = f"retention   put off to the next night: another run is at work on this database ({other})"
        assert line in capsys.readouterr().out
        with rubric_set[0].store.write() as c:
            lease.release(c, run_leases.NAME, other)
        assert night(rubric_set) == 1, "the next night removes what is due"
    assert "put off" not in capsys.readouterr().out


def test_a_removal_that_another_run_takes_over_is_put_off(
    scored: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def taken_over(held: run_leases.Lease) -> None:
        held._lost.set()
        real(held)

    real = run_leases.Lease.check
    with open_rubric_set(with_limits(scored, nightly=True, transcript_days=1)) as rubric_set:
        monkeypatch.setattr(
            night_steps, "draw_due", lambda *_: monkeypatch.setattr(run_leases.Lease, "check", taken_over)
        )
        run_night(rubric_set, "run", NIGHTLY, in_this_process, Console(width=200))
        with rubric_set[0].store.read() as c:
            (report,) = removals.reports(c)
    assert "retention   put off to the next night" in capsys.readouterr().out
    assert (report.finished_at, report.counts["transcripts"]) == (None, 60), "what was removed is counted"


def test_calls_beside_removed_ones_are_found_again(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    stage = STAGES["index"]
    for ids in stage.batches(context, stage.pending(context)):
        stage.work(context, ids)
    report = kept(rubric_set, transcript_days=30)
    assert 0 < report.counts["transcripts"] < 60
    assert stage.pending(context) == [], "the calls that stay are indexed again at once"


def test_a_removal_that_was_stopped_goes_on(
    rubric_set: tuple[RubricContext, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    (context,) = rubric_set
    monkeypatch.setattr(applying, "RECORDINGS_AT_ONCE", 7)
    real, calls = removals.remove_text, []

    def stop_at_third(*args: object) -> None:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(removals, "remove_text", stop_at_third)
    with pytest.raises(KeyboardInterrupt):
        kept(rubric_set, transcript_days=1)
    monkeypatch.setattr(removals, "remove_text", real)
    report = kept(rubric_set, transcript_days=1)
    with context.store.read() as c:
        second, first = removals.reports(c)
        assert (first.finished_at, first.counts["transcripts"]) == (None, 14)
        assert (second, second.counts["transcripts"]) == (report, 46)


def test_with_the_scores_everything_goes_and_sums_stay(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    kept(rubric_set, audio_days=1, transcript_days=1, score_days=1)
    with context.store.read() as c:
        assert c.execute(select(call.c.id)).all() == []
        left = deletion.past(c)
    assert sum(row.n_calls for row in left) == 60
    assert not {"3000", "call-0001"} & {str(value) for row in left for value in row}


@pytest.mark.parametrize(
    ("limits", "taken"), [({"audio_days": 1}, 2), ({"transcript_days": 1}, 0), ({"score_days": 1}, 0)]
)
def test_what_would_be_removed_at_once_is_not_taken_in(
    settings: Settings, few: Path, limits: dict[str, int], taken: int
) -> None:
    with open_rubric_set(with_limits(settings, **limits)) as (context,):
        report = ingest(context.store, context.settings, str(few))
        assert report.new == taken
        assert {problem.reason for problem in report.refused} == (set() if taken else {"past_retention"})


def test_the_audit_log_goes_by_its_own_age(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    old = NOW - timedelta(days=200)
    with context.store.write() as c:
        audit.put_audit(
            c, AuditEntry(old, "wang", "agent", "call_opened"), AuditEntry(NOW, "wang", "agent", "signed_in")
        )
    assert kept(rubric_set, audit_days=190).counts["audit_entries"] == 1
    with context.store.read() as c:
        actions = [row.entry.action for row in audit.page_of(c, audit.AuditFilter())]
        assert "call_opened" not in actions
        assert audit_checks.check_log(c).breaks == ()


@pytest.mark.parametrize(
    ("limits", "wrong"),
    [
        ({"audio_days": 100, "score_days": 50}, "may not be longer"),
        ({"transcript_days": 100, "score_days": 50}, "may not be longer"),
        ({"audit_days": 30}, "183"),
        ({"audio_days": 0}, "1"),
    ],
)
def test_limits_that_make_no_sense_are_refused(limits: dict[str, int], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        RetentionSettings(**limits)  # type: ignore[arg-type]


def test_limits_are_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "callqa.toml").write_text('[retention]\naudio_days = 90\noriginals = ["/recordings"]\n')
    monkeypatch.setenv("CALLQA_RETENTION__TRANSCRIPT_DAYS", "365")
    limits = load_settings().retention
    assert (limits.audio_days, limits.transcript_days, limits.originals) == (90, 365, (Path("/recordings"),))


def test_nothing_said_or_filed_is_left_anywhere(rubric_set: tuple[RubricContext, ...]) -> None:
    """In no cell of any table, and, of SQLite, in no byte of the database's files."""
    (context,) = rubric_set
    words = ("小区停水", "张杨路500号", "王女士", "recordings/1.wav")
    before = everything_in(context.settings)
    assert all(text in before for text in words)
    kept(rubric_set, audio_days=1, transcript_days=1)
    after = everything_in(context.settings)
    assert not [text for text in words if text in after]
    if context.store.on_server:
        return  # which frees pages and does not overwrite them
    files = b"".join(path.read_bytes() for path in context.settings.home.glob("callqa.db*"))
    assert not [text for text in words if text.encode() in files]
    assert not [text for text in words if json.dumps(text)[1:-1].encode() in files]


def test_every_table_stands_in_the_table_of_the_documentation() -> None:
    """A table that is added has to say when its rows go."""
    text = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
    section = text.split("## Where it lies and when it goes")[1].split("\n## ")[0]
    missing = [name for name in metadata.tables if f"`{name}`" not in section]
    assert missing == []
