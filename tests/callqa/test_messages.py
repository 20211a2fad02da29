"""Messages and errors: rendered in both languages, carried between processes, with an entry for every code."""

import ast
import pickle
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from callqa.errors import AudioError, CallQAError, ConfigError, EncryptionError, FilterError
from callqa.messages import (
    LANGUAGES,
    TERMINAL,
    Joined,
    Message,
    catalogue,
    dumps,
    loads,
    subjects,
    terminal_language,
    words,
)

ROOT = Path(__file__).parents[2]
PRODUCT = (
    "callqa",
    "asr",
    "qa_models",
    "scoring",
    "tickets",
    "store",
    "services",
    "reports",
    "flows",
    "web",
    "cli",
    "training",
)
CODE = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
BRACES = re.compile(r"\{(\w+)[^}]*\}")
RAISING = re.compile(
    r"(Error|Refused|Taken|LastAdmin|AnotherRun|_BadCell|StoreAway|StoreBusy|StoreDamaged|Mistake|Message|NotDelivered|NotProven)$"
)
AREAS = {"_BadCell": "manifest"} | {kind.__name__: kind.AREA for kind in (AudioError, EncryptionError)}


@cache
def codes() -> dict[str, set[str]]:
    """Code -> names of the values that it is given, of every message and error in the product's own code."""
    values: dict[str, set[str]] = {}
    for path in (path for place in PRODUCT for path in (ROOT / place).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            code = node.args[0].value
            if name in AREAS and len(node.args) == 1:  # a second argument is the text of one that has no code yet
                code = f"{AREAS[name]}.{code}"
            if RAISING.search(name) and isinstance(code, str) and CODE.fullmatch(code):
                values.setdefault(code, set()).update(keyword.arg or "**" for keyword in node.keywords)
    return values


def test_every_code_has_its_text_in_both_languages() -> None:
    assert len(codes()) > 10
    for language in LANGUAGES:
        assert sorted(code for code in codes() if (None, code) not in catalogue(language)) == []


def test_what_a_text_fills_in_is_given() -> None:
    for code, values in codes().items():
        for language in LANGUAGES:
            for context in (None, TERMINAL):
                wanted = set(BRACES.findall(catalogue(language).get((context, code), "")))
                assert "**" in values or wanted <= values, (code, language, wanted - values)


CODED = ("callqa", "qa_models", "scoring", "store", "services", "reports", "web")
"""Whose errors all have codes."""
WITH_DETAIL = {"NotProven", "ProviderError"}
"""Errors with one code each; what they are given is for the operator's log."""


def test_no_error_is_made_of_a_text() -> None:
    texts = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for place in CODED
        for path in sorted((ROOT / place).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and node.args and _name(node) in ERRORS and _is_text(node.args[0])
    ]
    assert texts == []


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is_text(argument: ast.expr) -> bool:
    if isinstance(argument, ast.Constant):
        return isinstance(argument.value, str) and not re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)*", argument.value)
    return isinstance(argument, ast.JoinedStr) and " " in ast.unparse(argument)


def _kinds(kind: type) -> Iterator[str]:
    yield kind.__name__
    for sub in kind.__subclasses__():
        yield from _kinds(sub)


ERRORS = {*_kinds(CallQAError), "Mistake", "_BadCell", "AnotherRun", "NotDelivered"} - WITH_DETAIL


@pytest.mark.parametrize("subject", ["cli", "terminal"])
def test_no_text_of_the_terminal_is_left_that_nobody_says(subject: str) -> None:
    texts = {
        " ".join(node.value.split())
        for place in PRODUCT
        for path in (ROOT / place).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    whole = "\n".join(texts)
    unused = [msgid for _, msgid in subjects("zh")[subject] if " ".join(msgid.split()) not in whole]
    assert unused == []


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "CALLQA_LANG": "zh"}, "zh"),
        ({"CALLQA_LANG": "fr", "LANG": "zh_CN"}, "zh"),
    ],
)
def test_the_language_of_a_terminal(environment: dict[str, str], language: str) -> None:
    assert terminal_language(environment) == language


def test_a_message_fills_in_numbers_lists_and_other_messages() -> None:
    inner = Message("filter.too_many", n=3)
    assert (
        Message("{why}（{names}）{n:.1f}", why=inner, names=["甲", "乙"], n=2).text("zh")
        == "最多选择 3 项（甲、乙）2.0"
    )
    assert Message("{why}: {names}", why=FilterError("filter.one_only", field="low"), names=("a", "b")).text("en") == (
        "only one may be given: a, b"
    )


def test_things_in_a_row_have_the_sign_of_the_language_between_them() -> None:
    row = Message("{parts}", parts=Joined([Message("filter.too_many", n=3), "浦东"], "；"))
    assert row.text("zh") == "最多选择 3 项；浦东"
    assert row.text("en") == "choose 3 at most; 浦东"


def test_a_stored_message_is_said_in_another_language_later() -> None:
    message = Message(
        "manifest.line", line=3, problem=Message("manifest.bad_direction", field="direction", allowed=["in", "out"])
    )
    stored = loads(dumps(message))
    assert stored == message
    assert stored.text("en") == "line 3: direction must be one of in, out, or empty"
    assert stored.text("zh") == "第 3 行：direction 只能是 in、out，或留空"
    joined = Message("{parts}", parts=Joined(["a", Message("无")], "，"))
    assert loads(dumps(joined)) == joined


@pytest.mark.parametrize("text", ["line 7: no agent", "", "7", '"a"', "{}", '{"msgid": 1}', "[1"])
def test_a_text_that_was_stored_before_is_shown_as_it_is(text: str) -> None:
    assert loads(text).with_advice("en") == text


def test_text_that_nobody_translated_stays() -> None:
    assert words("en")("晨晖路停水") == "晨晖路停水"
    assert words("en")("花括号 {x} 不动") == "花括号 {x} 不动"


@pytest.mark.parametrize(
    "error",
    [
        ConfigError("filter.too_many", n=3),
        AudioError("not_audio"),
        FilterError("filter.one_only", field="low"),
        CallQAError("engine.ends_loading"),
    ],
)
def test_an_error_crosses_processes_with_its_code_and_values(error: CallQAError) -> None:
    other = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(other), other.code, other.values, str(other)) == (type(error), error.code, error.values, str(error))


def test_advice_of_a_message_within_is_given_at_a_terminal() -> None:
    unknown = Message("field.unknown_near", field="titel", near="title", allowed=["id", "title"])
    error = ConfigError("file.at_line", path="mine.yaml", line=3, problem=unknown)
    assert error.text("zh") == "mine.yaml 第 3 行：没有 titel 这个字段，是不是 title？"
    assert error.with_advice("zh") == "mine.yaml 第 3 行：没有 titel 这个字段，是不是 title？可用的有：id、title"
    assert error.with_advice("en") == (
        "mine.yaml, line 3: titel: unknown field; did you mean 'title'? allowed: id, title"
    )
