"""Passwords: which are refused and why, how they are kept, what is compared."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from callqa.errors import CallQAError
from callqa.people import Account, Role
from store import Store, open_store
from store.people import accounts
from store.people.accounts import NewAccount
from web.access import passwords
from web.access.passwords import NOBODY, account_with, hash_new, matches, weakness_of

NOW = datetime(2026, 11, 25, tzinfo=UTC)
GOOD = "三更灯火五更鸡，正是男儿读书时"
WEAK_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def cheap_passwords() -> None:
    """None here."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'callqa.db'}")


@pytest.fixture
def wang(store: Store) -> Account:
    with store.write() as c:
        return accounts.add_account(c, NewAccount("wang.li", "王丽", Role.INSPECTOR), NOW)


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        (GOOD, None),
        ("short enough to type", None),
        ("elefant7kiosk", None),
        ("长密码也可以全是汉字啊", "密码太短"),  # eleven characters
        ("长密码也可以全是汉字的啊", None),
        ("a1!", "密码太短"),
        ("ﬃﬃﬃﬃ", "这个密码太常见，请换一个"),  # ligatures count as what they stand for
        ("correct horse battery staple", None),
        ("x" * 129, "密码太长"),
        ("correcthorsebatterystaple", "这个密码太常见，请换一个"),
        ("password1234", "这个密码太常见，请换一个"),
        ("Ｐａｓｓｗｏｒｄ！２０２６", "这个密码太常见，请换一个"),
        ("woaini5201314", "这个密码太常见，请换一个"),
        ("1q2w3e4r5t6y", "这个密码太常见，请换一个"),
        ("aaaaaaaaaaaaaaaa", "这个密码太常见，请换一个"),
        ("abababababab", "这个密码太常见，请换一个"),
        ("kiosk7kiosk7kiosk7", "这个密码太常见，请换一个"),
        ("elefantelefant", "这个密码太常见，请换一个"),
        ("qwertyuiop[]", "这个密码太常见，请换一个"),
        ("abcdef987654", "这个密码太常见，请换一个"),
        ("lkjhgfdsapoiu", "这个密码太常见，请换一个"),
        ("WANG.LI-2026", "密码不能由姓名或用户名组成"),
        ("王丽王丽王丽1380013", "密码不能由姓名或用户名组成"),
        ("wang.li trinkt Tee", None),
    ],
)
def test_what_is_refused(password: str, weakness: str | None) -> None:
    message = weakness_of(password, "wang.li", "王丽")
    assert (message and message.text("zh")) == weakness


def test_an_unnamed_owner_forbids_nothing() -> None:
    assert weakness_of(GOOD, "", "") is None


def test_the_commonest_are_read_as_passwords_are() -> None:
    for word in passwords.COMMON.read_text(encoding="utf-8").split():
        assert weakness_of(word.ljust(12, "7"))
        assert word == word.casefold()


def test_a_weak_one_is_not_kept() -> None:
    with pytest.raises(CallQAError, match="the password is too short"):
        hash_new("1234567", "wang")


def test_what_is_kept_is_argon2id_with_the_profile_of_rfc_9106() -> None:
    kept = hash_new(GOOD, "wang")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert kept != hash_new(GOOD, "wang")  # salted
    assert GOOD not in kept
    assert matches(kept, GOOD)
    assert matches(kept, GOOD.replace("，", ","))  # the same in its normal form
    assert not matches(kept, GOOD + " ")
    assert not matches(kept, "")
    assert not matches(kept, "\ud800")  # half a character, as JSON can bring


def test_the_password_of_nobody_costs_as_much_as_anybody_s() -> None:
    assert extract_parameters(NOBODY) == RFC_9106_LOW_MEMORY


def test_signing_in(store: Store, wang: Account) -> None:
    assert account_with(store, "wang.li", GOOD) is None  # no password yet
    with store.write() as c:
        accounts.set_password_hash(c, wang.pk, hash_new(GOOD))
    assert account_with(store, "WANG.LI", GOOD) == wang
    assert account_with(store, "wang.li", "wrong") is None
    assert account_with(store, "nobody", GOOD) is None
    with store.write() as c:
        accounts.change_account(c, wang.pk, disabled=True)
    assert account_with(store, "wang.li", GOOD) is None


def test_names_without_a_password_are_compared_too(
    store: Store, wang: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the time of an answer would tell which names there are."""
    compared = []
    monkeypatch.setattr(passwords, "matches", lambda kept, password: bool(compared.append(kept)))
    account_with(store, "nobody", GOOD)
    account_with(store, "wang.li", GOOD)
    assert compared == [NOBODY, NOBODY]


def test_a_hash_of_other_parameters_is_made_anew(store: Store, wang: Account) -> None:
    with store.write() as c:
        accounts.set_password_hash(c, wang.pk, WEAK_HASH.hash("short enough to type"))
    assert account_with(store, "wang.li", "wrong") is None
    kept = []
    for _ in range(2):
        assert account_with(store, "wang.li", "short enough to type") == wang
        with store.read() as c:
            credentials = accounts.credentials(c, "wang.li")
            kept.append(credentials.password_hash if credentials else None)
    assert kept[0] == kept[1]
    assert extract_parameters(kept[0] or "") == RFC_9106_LOW_MEMORY
