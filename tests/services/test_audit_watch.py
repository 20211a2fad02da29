"""Anchors of the audit log, its export, and what the command line and the desk say of it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from errno import ENOSPC
from pathlib import Path

import pytest
from nights import QUIET
from small_files import files_of_at_most
from sqlalchemy import text
from typed import Typed, typed_in

from callqa.audit_chain import Break, ChainedEntry, Link
from callqa.errors import ConfigError
from callqa.people import AuditEntry
from callqa.settings import Settings
from flows.night import RESCORE
from flows.runner import run_night
from flows.stage import in_this_process
from services.audit.anchors import FILE, Anchor, check_whole, keep_anchor, read_anchors
from services.audit.export import check_file, write_lines
from services.audit.watch import LogWatch
from services.context import open_rubric_set
from services.runs.history import last_night
from store import Store, open_store
from store.people import audit, audit_checks
from store.runs import history

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def home(settings: Settings) -> Settings:
    """With twelve entries in the log."""
    add(settings, 12)
    return settings


@pytest.fixture
def typed(home: Settings, monkeypatch: pytest.MonkeyPatch) -> Typed:
    return typed_in(home, monkeypatch)


def add(settings: Settings, n: int) -> None:
    store = open_store(settings.database)
    with store.write() as c:
        audit.put_audit(c, *(AuditEntry(NOW + i * MINUTE, "wang", "inspector", "call_opened") for i in range(n)))
    store.close()


def tamper(settings: Settings, statement: str) -> None:
    store = open_store(settings.database)
    with store.write() as c:
        c.execute(text(statement))
    store.close()


def test_a_line_of_an_anchor_is_read_as_it_was_written() -> None:
    link = Link(12, "ab" * 32)
    for anchor in (Anchor(NOW, link), Anchor(NOW, link, (Break(3, "changed"), Break(7, "cut_off")))):
        assert Anchor.parse(str(anchor)) == anchor
    assert str(Anchor(NOW, link)) == f"2026-11-25T09:00:00+00:00 12:{'ab' * 32} intact"


@pytest.mark.parametrize("line", ["x", "2026-11-25 12:ab intact", f"2026-11-25 12:{'ab' * 32} eaten:3"])
def test_a_file_with_another_line_is_refused(home: Settings, line: str) -> None:
    home.home.mkdir(exist_ok=True)
    (home.home / FILE).write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="compare it with a copy"):
        read_anchors(home.home)


def test_every_night_keeps_an_anchor(scored: Settings) -> None:
    add(scored, 3)
    with open_rubric_set(scored) as rubric_set:
        run_night(rubric_set, "run", RESCORE, in_this_process, QUIET)
        (anchor,) = read_anchors(scored.home)
        with rubric_set[0].store.read() as c:
            assert anchor.link == audit.last_link(c)
            run = history.run_of(c, last_night(c)[0].pk)
        assert run is not None
        assert run.report["audit"] == {"anchor": str(anchor.link), "breaks": 0}
        (scored.home / FILE).write_text("x", encoding="utf-8")
        run_night(rubric_set, "run", RESCORE, in_this_process, QUIET)
        with rubric_set[0].store.read() as c:
            assert last_night(c)[0].status == "finished", "a damaged file of anchors keeps no night from its work"


def test_verify_tells_an_intact_log_from_one_that_was_changed(home: Settings, typed: Typed) -> None:
    whole = typed("audit", "verify", "--keep")
    assert whole.output.splitlines()[0] == "intact: 12 entries, until 2026-11-25 09:11:00 UTC"
    anchor = whole.output.split()[-1]
    assert [str(anchor.link) for anchor in read_anchors(home.home)] == [anchor]
    tamper(home, "UPDATE audit SET author = 'li' WHERE id = 5")
    tamper(home, "DELETE FROM audit WHERE id IN (8, 12)")
    message = str(typed("audit", "verify").exception)
    assert "entry 5 was changed (2026-11-25 09:04:00 UTC)" in message
    assert "entries before 9 are missing" in message
    assert "the log ends before entry 12, which an anchor knows" in message


def test_an_anchor_that_was_kept_elsewhere(home: Settings, typed: Typed) -> None:
    anchor = typed("audit", "verify").output.split()[-1]
    tamper(home, "DELETE FROM audit WHERE id > 6")
    assert typed("audit", "verify").exit_code == 0, "nothing here knows of the tail"
    assert "ends before entry 12" in str(typed("audit", "verify", "--anchor", anchor).exception)
    assert "no anchor" in str(typed("audit", "verify", "--anchor", "12:xyz").exception)


def test_an_export_can_be_checked_without_the_database(home: Settings, typed: Typed, tmp_path: Path) -> None:
    first, rest = tmp_path / "first.jsonl", tmp_path / "rest.jsonl"
    assert f"entries in {first}: 12" in typed("audit", "export", str(first)).output
    end = check_file(first).last
    add(home, 3)
    typed("audit", "export", str(rest), "--after", str(end))
    assert (check_file(rest).n, check_file(rest).breaks) == (3, ())
    assert "intact: 12 entries" in typed("audit", "verify", "--file", str(first)).output
    first.write_text(first.read_text(encoding="utf-8").replace("09:04:00", "09:04:01"), encoding="utf-8")
    assert [(broken.pk, broken.damage) for broken in check_file(first).breaks] == [(5, "changed")]
    assert "entry 5 was changed" in str(typed("audit", "verify", "--file", str(first)).exception)


def test_an_export_leaves_a_file_that_is_there(home: Settings, typed: Typed, tmp_path: Path) -> None:
    kept = tmp_path / "audit.jsonl"
    typed("audit", "export", str(kept))
    before = kept.read_bytes()
    add(home, 3)
    refused = typed("audit", "export", str(kept))
    assert "audit.jsonl is there already; choose another name" in str(refused.exception)
    assert kept.read_bytes() == before
    assert list(tmp_path.glob("audit*")) == [kept]


def test_an_export_that_fails_leaves_no_half_file(tmp_path: Path) -> None:
    def entries() -> Iterator[ChainedEntry]:
        raise OSError(ENOSPC, "No space left on device")
        yield

    with pytest.raises(OSError, match="No space"):
        write_lines(tmp_path / "audit.jsonl", Link.parse(f"0:{'0' * 64}"), entries())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "told"), [("x", "no export"), (f"callqa audit log, behind 0:{'0' * 64}\nx", "line 2")]
)
def test_other_files_are_refused(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "x").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        check_file(tmp_path / "x")


@pytest.fixture
def store(home: Settings) -> Iterator[Store]:
    with closing(open_store(home.database)) as opened:
        yield opened


def test_the_desk_looks_a_bit_further_every_time(home: Settings, store: Store) -> None:
    watch = LogWatch()
    looks = [watch.look(store, home.home, at_once=5) for _ in range(4)]
    assert [look.waiting for look in looks] == [7, 2, 0, 0]
    assert [look.until for look in looks] == [NOW + n * MINUTE for n in (4, 9, 11, 11)]
    assert not any(look.breaks or look.anchored_at for look in looks)
    add(home, 1)
    tamper(home, "UPDATE audit SET author = 'li' WHERE id = 13")
    assert [broken.pk for broken in watch.look(store, home.home).breaks] == [13]
    assert [broken.pk for broken in watch.look(store, home.home).breaks] == [13], "it is not forgotten"


def test_the_desk_begins_where_the_last_night_ended(home: Settings, store: Store) -> None:
    keep_anchor(home.home, check_whole(store, home.home), NOW + 60 * MINUTE)
    add(home, 2)
    look = LogWatch().look(store, home.home, at_once=5)
    assert (look.waiting, look.anchored_at) == (0, NOW + 60 * MINUTE)
    tamper(home, "UPDATE audit SET author = 'li' WHERE id = 3")
    assert LogWatch().look(store, home.home).breaks == (), "the coming night looks at that part"
    keep_anchor(home.home, check_whole(store, home.home), NOW + 90 * MINUTE)
    assert [broken.pk for broken in LogWatch().look(store, home.home).breaks] == [3]
    tamper(home, "DELETE FROM audit WHERE id > 10")
    assert [(broken.pk, broken.damage) for broken in LogWatch().look(store, home.home).breaks] == [
        (3, "changed"),
        (14, "cut_off"),
    ]


def test_a_file_of_anchors_that_cannot_be_read_is_told(home: Settings, store: Store) -> None:
    home.home.mkdir(exist_ok=True)
    (home.home / FILE).write_text("x", encoding="utf-8")
    look = LogWatch().look(store, home.home)
    assert (look.anchors_damaged, look.breaks, look.waiting) == (True, (), 0)


def test_a_cut_is_told_with_its_author(home: Settings, store: Store, typed: Typed) -> None:
    assert "cut off" not in typed("audit", "verify").output
    with store.write() as c:
        audit_checks.cut_before(c, NOW + 4 * MINUTE, "mallory", NOW + 60 * MINUTE)
    output = typed("audit", "verify").output
    assert "intact: 9 entries" in output
    assert "entries up to 4, of before 2026-11-25, were cut off by mallory at 2026-11-25 10:00:00 UTC" in output


def test_an_anchor_for_which_there_is_no_room_leaves_the_others_readable(home: Settings, store: Store) -> None:
    checked = check_whole(store, home.home)
    keep_anchor(home.home, checked, NOW)
    with (
        files_of_at_most((home.home / FILE).stat().st_size + 20),
        pytest.raises(ConfigError, match=f"cannot write .*{FILE}: File too large; free space"),
    ):
        keep_anchor(home.home, checked, NOW + MINUTE)
    assert read_anchors(home.home) == [Anchor(NOW, checked.last)]


def test_a_night_keeps_how_often_the_log_was_broken(home: Settings, store: Store) -> None:
    tamper(home, "UPDATE audit SET author = 'li' WHERE id = 3")
    with open_rubric_set(home) as rubric_set:
        run_night(rubric_set, "run", RESCORE, in_this_process, QUIET)
    with store.read() as c:
        assert [night.audit_breaks for night in last_night(c)] == [1]
