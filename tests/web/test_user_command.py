"""`callqa user`, as it is typed."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from callqa.errors import CallQAError
from callqa.people import Account, AuditEntry, Role
from cli.main import app
from store import Store, open_store
from store.people import accounts, audit, sign_ins
from store.people.audit import AuditFilter
from web.access.tokens import token_hash

Typed = Callable[..., Result]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """What callqa refuses is the result's ``exception``."""
    monkeypatch.setenv("CALLQA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("LOGNAME", "root")
    return lambda *words: CliRunner().invoke(app, ["user", *words])


@pytest.fixture
def store(typed: Typed, tmp_path: Path) -> Iterator[Store]:
    assert typed("list").output.startswith("no account")
    opened = open_store(f"sqlite:///{tmp_path / 'home' / 'callqa.db'}")
    yield opened
    opened.close()


def account(store: Store, name: str) -> Account:
    with store.read() as c:
        account_row = accounts.account_named(c, name)
    assert account_row
    return account_row


def log(store: Store) -> list[AuditEntry]:
    with store.read() as c:
        return [row.entry for row in audit.page_of(c, AuditFilter())]


def link_of(result: Result) -> str:
    """The token of the link that was printed."""
    match = re.search(r"^http://127\.0\.0\.1:8012/welcome\?token=([\w-]{43})$", result.output, re.MULTILINE)
    assert match, result.output
    return match[1]


def opens(store: Store, link: str) -> int | None:
    """Whose password the link sets."""
    with store.read() as c:
        token = sign_ins.find_token(c, token_hash(link), datetime.now(UTC))
    return token.account_pk if token else None


def test_adding_prints_a_link_and_is_written_down(typed: Typed, store: Store) -> None:
    result = typed("add", "王丽", "--role", "team_lead", "--team", "早班", "--team", "夜班", "--full-name", "王小丽")
    assert result.exit_code == 0, result.output
    wang = account(store, "王丽")
    assert wang == Account(wang.pk, "王丽", "王小丽", Role.TEAM_LEAD, None, ("早班", "夜班"))
    assert opens(store, link_of(result)) == wang.pk
    (entry,) = log(store)
    assert entry == AuditEntry(
        entry.at, "os:root", "", "account_added", "account", wang.pk, "王丽", "", {"role": "team_lead"}
    )


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (("add", "a b", "--role", "admin"), "a login name is 1 to 64 letters"),
        (("add", "wang", "--role", "agent"), "an agent needs --agent-id"),
        (("add", "wang", "--role", "team_lead"), "a team lead needs --team"),
        (("add", "ROOT", "--role", "admin"), "there is an account root already"),
        (("set", "nobody", "--role", "admin"), "there is no account nobody; see: callqa user list"),
        (("set", "root", "--role", "agent"), "root is the last administrator who can sign in"),
        (("set", "li", "--role", "agent"), "an agent needs --agent-id"),
        (("disable", "root"), "root is the last administrator who can sign in"),
        (("reset", "nobody"), "there is no account nobody"),
        (("sessions", "nobody"), "there is no account nobody"),
    ],
)
def test_what_is_refused_changes_nothing(typed: Typed, store: Store, words: tuple[str, ...], refused: str) -> None:
    typed("add", "root", "--role", "admin")
    typed("add", "li", "--role", "trainer")
    before = account(store, "root"), account(store, "li"), log(store)
    result = typed(*words)
    assert isinstance(result.exception, CallQAError)
    assert refused in str(result.exception)
    assert (account(store, "root"), account(store, "li"), log(store)) == before


def test_no_password_can_be_typed(typed: Typed) -> None:
    for command in ("add", "set", "reset"):
        assert "password" not in "".join(re.findall(r"--[\w-]+", typed(command, "--help").output))
    assert typed("add", "wang", "secret", "--role", "admin").exit_code == 2


def test_changing(typed: Typed, store: Store) -> None:
    typed("add", "wang", "--role", "agent", "--agent-id", "３０２８")
    assert typed("set", "WANG", "--role", "team_lead", "--team", "早班", "--language", "en").output.strip() == (
        "wang: team_lead, 3028, 早班, en"
    )
    assert typed("set", "wang", "--role", "inspector", "--team", "", "--agent-id", "").exit_code == 0
    wang = account(store, "wang")
    assert wang == Account(wang.pk, "wang", "", Role.INSPECTOR, None, (), False, "en")
    typed("set", "wang", "--role", "inspector")  # is one already
    assert [(entry.action, entry.detail) for entry in log(store)] == [
        ("account_changed", {"role": "inspector", "agent_id": None, "teams": []}),
        ("account_changed", {"role": "team_lead", "teams": ["早班"], "language": "en"}),
        ("account_added", {"role": "agent"}),
    ]


def test_who_is_disabled_is_signed_out_and_stays_so(typed: Typed, store: Store) -> None:
    typed("add", "wang", "--role", "trainer")
    sign_in(store, "key")
    assert "disabled and signed out" in typed("disable", "wang").output
    assert account(store, "wang").disabled
    assert "disabled" in typed("list", "wang").output
    assert "may sign in again" in typed("enable", "wang").output
    assert not account(store, "wang").disabled
    assert typed("sessions", "wang").output.strip() == "wang is not signed in"
    assert [entry.detail for entry in log(store)[:2]] == [{"disabled": False}, {"disabled": True}]


def test_a_reset_makes_the_older_link_useless(typed: Typed, store: Store) -> None:
    first = link_of(typed("add", "wang", "--role", "trainer"))
    second = link_of(typed("reset", "wang"))
    assert opens(store, first) is None
    assert opens(store, second) == account(store, "wang").pk
    assert log(store)[0].action == "link_made"


def test_sessions(typed: Typed, store: Store) -> None:
    typed("add", "wang", "--role", "trainer")
    sign_in(store, "first")
    sign_in(store, "second")
    assert typed("sessions", "wang").output.count("10.0.0.7") == 2
    assert typed("sessions", "wang", "--end").output.strip() == "wang is signed out of 2 sessions"
    assert typed("sessions", "wang").output.strip() == "wang is not signed in"
    assert (log(store)[0].action, log(store)[0].detail) == ("sessions_ended", {"n": 2})


def test_the_list(typed: Typed, store: Store) -> None:
    typed("add", "wang", "--role", "agent", "--agent-id", "3028", "--full-name", "王[red]丽")
    typed("add", "li", "--role", "team_lead", "--team", "早班", "--team", "夜班")
    sign_in(store, "key")
    with store.write() as c:
        accounts.set_password_hash(c, account(store, "wang").pk, "hash")
    listed = typed("list").output
    for shown in ("3028", "王[red]丽", "早班, 夜班", "active", "no password yet", f"{datetime.now(UTC):%Y-%m-}"):
        assert shown in listed
    assert "wang" not in typed("list", "夜班").output


def sign_in(store: Store, key: str) -> None:
    now = datetime.now(UTC)
    with store.write() as c:
        sign_ins.start_session(c, account(store, "wang").pk, key, "10.0.0.7", now, now + timedelta(hours=1))


def test_a_link_for_somebody_who_is_disabled_says_so(typed: Typed) -> None:
    typed("add", "wang", "--role", "supervisor")
    typed("disable", "wang")
    assert "may sign in only after: callqa user enable wang" in typed("reset", "wang").output


def test_a_link_says_which_address_it_assumes(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    assumed = (
        "if callqa serve was started at another address than http://127.0.0.1:8012, put that in its place, "
        "or set desk.public_url"
    )
    assert typed("add", "wang", "--role", "inspector").output.splitlines()[-1] == assumed
    assert assumed in typed("reset", "wang").output
    monkeypatch.setenv("CALLQA_LANG", "zh")
    assert "请换成实际地址" in typed("reset", "wang").output
    monkeypatch.setenv("CALLQA_DESK__PUBLIC_URL", "https://qa.example.gov.cn")
    known = typed("reset", "wang").output
    assert "https://qa.example.gov.cn/welcome?token=" in known
    assert "实际地址" not in known
