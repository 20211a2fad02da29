"""The right to erasure: removing the calls of a number, and knowing them again. Finding them: test_number_search."""

import stat
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from every_cell import everything_in
from keeping import NOW, NUMBER, QUIET, put_spoken
from sqlalchemy import select
from typed import Typed

from callqa.errors import ConfigError
from callqa.records import CalibrationSession
from callqa.settings import Settings
from callqa.settings.privacy import RetentionSettings
from callqa.types import Call, Ticket
from flows.stages import index_again
from reports.export import rubric_folder
from reports.month import write_all_changed_reports, write_changed_reports
from services.context import RubricContext, open_rubric_set
from services.intake.gate import Gate
from services.retention.erase import erase
from services.retention.keyed import KeyedHash, keyed_hash, plain_number
from store.calls import read
from store.people import calibration, saved_filters
from store.removal import legal_holds, marks, removals
from store.tables.calls import call, call_score, recording
from store.tables.removal import erased_number, erased_recording


def erased(rubric_set: tuple[RubricContext, ...], **limits: object) -> removals.Report:
    settings = rubric_set[0].settings.model_copy(update={"retention": RetentionSettings(**limits)})  # type: ignore[arg-type]
    contexts = [replace(context, settings=settings) for context in rubric_set]
    return erase(contexts, NUMBER, "os:root", "来信第3号", NOW, QUIET, index_again, write_all_changed_reports)


def test_nothing_of_an_erased_call_is_left(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    put_spoken(context, 101, "我电话一三九一二三四五六七八，住在晨晖路", phone=NUMBER, summary="漏水")
    report = erased(rubric_set)
    assert report.counts["erased"] == 1
    left = everything_in(context.settings)
    assert not [text for text in (NUMBER, "new-101", "晨晖路", "漏水", f"{101:064x}") if text in left]
    assert (report.kind, report.reason) == ("erasure", "来信第3号")
    with context.store.read() as c:
        assert read.call_row(c, "call-0001") is not None, "others stay"


def test_a_score_may_stay_without_its_call(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    with context.store.write() as c:
        c.execute(call.update().where(call.c.id == 1).values(ticket=Ticket(contact_phone=NUMBER)))
        session = CalibrationSession("一月", ("call-0001", "call-0002"), ("王", "李"), (), 2, "王", NOW)
        calibration.open_session(c, session)
        n_scores = len(c.execute(select(call_score)).all())
    assert erased(rubric_set, keep_erased_scores=True).counts["anonymous"] == 1
    with context.store.read() as c:
        row = c.execute(select(call).where(call.c.id == 1)).one()
        assert row.call_id.startswith("erased-")
        assert (row.ticket, row.uri, row.row_key) == (None, "", "")
        assert calibration.session(c, "一月").calls == (row.call_id, "call-0002")
        assert len(c.execute(select(call_score)).all()) == n_scores
        assert c.execute(select(recording).where(recording.c.sha256 == f"{1:064x}")).all() == []
    assert "call-0001" not in everything_in(context.settings)


@pytest.mark.parametrize("keep", [False, True])
def test_no_report_quotes_an_erased_call(rubric_set: tuple[RubricContext, ...], keep: bool) -> None:
    (context,) = rubric_set
    reports = context.settings.home / "reports"
    with context.store.write() as c:
        c.execute(call.update().where(call.c.call_id == "call-0001").values(ticket=Ticket(contact_phone=NUMBER)))
        day = c.scalar(select(call.c.day).where(call.c.call_id == "call-0001"))
    write_changed_reports(context)
    others = [reports / slug / "old-rubric" for slug in ("2026-11", f"{day}_{day}", "2026-10")]
    for folder in others:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "evidence.csv").write_text("call-0001", encoding="utf-8")
    report = erased(rubric_set, keep_erased_scores=keep)
    assert report.counts["reports"] == 2
    assert [folder.exists() for folder in others] == [False, False, True], "October has none of its calls"
    calls = (reports / "2026-11" / rubric_folder(context) / "calls.csv").read_text(encoding="utf-8")
    assert "call-0002" in calls
    assert "call-0001" not in calls


def test_saved_filters_with_the_number_go(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    words = {"a": NUMBER, "b": "１３９ 1234 5678", "c": "13912345679", "139-1234-5678": "漏水"}
    with context.store.write() as c:
        for name, text in words.items():
            saved_filters.put_filter(c, "王丽", name, {"q": [text]}, NOW)
    assert erased(rubric_set).counts["saved_filters"] == 3
    with context.store.read() as c:
        assert [saved.name for saved in saved_filters.filters_of(c, "王丽")] == ["c"]


def test_reports_about_days_that_the_law_holds_stay(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    put_spoken(context, 101, "您好", phone=NUMBER)
    folder = context.settings.home / "reports" / "2026-11" / "ours"
    folder.mkdir(parents=True)
    with context.store.write() as c:
        (held,) = legal_holds.calls_like(c, ["call-0001"])
        legal_holds.hold_calls(c, [held], "call call-0001", "诉讼", "法务", NOW)
    report = erased(rubric_set)
    assert (report.counts["erased"], report.counts["reports_held"]) == (1, 1)
    assert folder.exists()


def test_what_the_law_holds_is_not_erased(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    put_spoken(context, 101, "您好", phone=NUMBER)
    put_spoken(context, 102, "您好", phone=NUMBER)
    with context.store.write() as c:
        (held,) = legal_holds.calls_like(c, ["new-101"])
        legal_holds.hold_calls(c, [held], "call new-101", "诉讼", "法务", NOW)
    report = erased(rubric_set)
    assert (report.counts["erased"], report.counts["held"]) == (1, 1)
    with context.store.read() as c:
        assert read.call_row(c, "new-101") is not None
        assert marks.removed_of(c, held) == marks.Removed()


def test_only_keyed_hashes_are_kept(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    put_spoken(context, 101, "您好", phone=NUMBER)
    erased(rubric_set)
    key = context.settings.home / "erasure.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    hashed = keyed_hash(context.settings)
    with context.store.read() as c:
        assert c.scalars(select(erased_number.c.number_key)).all() == [hashed.of(NUMBER)]
        assert c.scalars(select(erased_recording.c.recording_key)).all() == [hashed.of(f"{101:064x}")]
    assert hashed.of(NUMBER) != KeyedHash(bytes(32)).of(NUMBER)
    assert plain_number("139 1234 5678") == NUMBER


@pytest.mark.parametrize(
    ("sha256", "phone", "started", "refused"),
    [
        (101, "", NOW, True),  # the recording itself
        (102, "139-1234-5678", datetime(2026, 12, 1, tzinfo=UTC), True),  # an old call that was not there yet
        (102, "１３９１２３４５６７８", datetime(2026, 12, 1, tzinfo=UTC), True),
        (102, "021-50331234转8、139 1234 5678", datetime(2026, 12, 1, tzinfo=UTC), True),
        (102, "50331234 13912345678", datetime(2026, 12, 1, tzinfo=UTC), True),
        (102, "139/1234/5678", datetime(2026, 12, 1, tzinfo=UTC), True),
        (102, "50331234/139/1234/5678", datetime(2026, 12, 1, tzinfo=UTC), True),
        (102, "50331234139/12345678", datetime(2026, 12, 1, tzinfo=UTC), False),  # two numbers of others
        (102, NUMBER, datetime(2026, 12, 16, tzinfo=UTC), False),  # they called again
        (102, "13912345679", datetime(2026, 12, 1, tzinfo=UTC), False),
    ],
)
def test_what_was_erased_is_not_taken_in_again(
    rubric_set: tuple[RubricContext, ...], sha256: int, phone: str, started: datetime, refused: bool
) -> None:
    (context,) = rubric_set
    put_spoken(context, 101, "您好", phone=NUMBER)
    erased(rubric_set)
    gate = Gate.of(context.store, context.settings, NOW)
    again = Call("another id", "3001", started, "x.wav", ticket=Ticket(contact_phone=phone))
    with context.store.read() as c:
        assert (gate.refuses(c, again, f"{sha256:064x}") == "erased") is refused


def test_without_its_key_nothing_is_taken_in(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    put_spoken(context, 101, "您好", phone=NUMBER)
    erased(rubric_set)
    (context.settings.home / "erasure.key").unlink()
    with pytest.raises(ConfigError, match="bring it back from its copy"):
        Gate.of(context.store, context.settings, NOW)


def test_the_command_lists_first(typed: Typed, scored: Settings) -> None:
    with open_rubric_set(scored) as (context,):
        put_spoken(context, 101, "我电话一三九一二三四五六七八", phone=NUMBER)
    listed = typed("erase", "--phone", "139 1234 5678")
    assert "new-101" in listed.output
    assert "nothing was changed" in listed.output
    refused = typed("erase", "--phone", NUMBER, "--apply")
    assert refused.exit_code
    for number in ("139 1234 5678", "１３９１２３４５６７８"):
        refused = typed("erase", "--phone", NUMBER, "--apply", "--reason", f"来电 {number}")
        assert refused.exit_code
    done = typed("erase", "--phone", NUMBER, "--apply", "--reason", "来信第3号")
    assert "yours to delete" in done.output
    assert "recordings/101.wav" in done.output
    assert "erased 1" in done.output
    assert NUMBER not in typed("retention", "reports").output
    assert "来信第3号" in typed("retention", "reports").output


def test_a_key_that_is_missing_is_not_made_anew(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    erased(rubric_set)
    key = context.settings.home / "erasure.key"
    key.unlink()
    with pytest.raises(ConfigError, match="bring it back from its copy"):
        erased(rubric_set)
    assert not key.exists()


def test_commands_of_holds_and_retention(typed: Typed, scored: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert typed("retention").exit_code, "nothing has a limit"
    monkeypatch.setenv("CALLQA_RETENTION__TRANSCRIPT_DAYS", "1")
    monkeypatch.setenv("CALLQA_RETENTION__AUDIO_DAYS", "1")
    put_one = typed("legal-hold", "put", "--by", "法务", "--reason", "诉讼", "--call", "call-0001")
    assert "legal hold 1, calls held: 1" in put_one.output
    assert "诉讼" in typed("legal-hold", "list").output
    assert typed("legal-hold", "put", "--by", "法务", "--reason", "诉讼").exit_code, "no call was named"
    assert "nothing was changed" in typed("retention").output
    assert "transcripts 59" in typed("retention", "apply").output
    assert "calls it held: 1" in typed("legal-hold", "release", "1", "--by", "法务", "--reason", "结案").output
    assert "transcripts 1" in typed("retention", "apply").output
    assert typed("retention", "figures").exit_code == 0
    shown = typed("show", "call-0001")
    assert "recording/text were removed when their time was over" in shown.output
