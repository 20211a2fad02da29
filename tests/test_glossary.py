"""One word for one thing: names of modules are made of words of docs/glossary.md and of ordinary technical ones."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = (
    "callqa", "asr", "qa_models", "scoring", "tickets", "store", "services", "reports", "flows", "web", "cli",
    "training",
)  # fmt: skip
MODULES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py") if "migrations" not in path.parts)
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ORDINARY = frozenset(
    """
    about access addresse alignment amount anchor answer app apply area asked asr assemble attitude augment away
    backup block build calibrate callqa case chain change chart checkpoint checkup classifier clause cli clip clock
    cluster code column combine command connect console contrast copying corpu count courtesy cue cursor danger day db
    decode desk dialogue diarise dictation diff digit discretion draw element encoder encrypt ending entity
    entry erase estimate evaluate evaluation export expression faster feature field file find fine flow
    folder forbidden foreign form format frame funasr gate group hangup help history holder home icc identity
    interruption interval join judged key keyed labelled labeller language layout left library limit line linear link
    listening logged loudness main mark match measure menu message metadata metric mishearing mix model month
    mp3 music name named nav network new nightly noise nul number numeral oidc one openai option ordered output own
    page parameter password peak pending people period phone pickup piece place plain plate posting prefect
    prepare privacy private progress proportion provider qa query quote ranking rater reachable read reader recent
    record reference refusal regex registry release rendering repeat report rescore response restate result retry
    route routing row rule runner sandbox saved schedule scoring scripted search section sentence sequence serve server
    service serving session setting shield show silence silero similar sink sound speech spoken spreadsheet start state
    statement step storage store strata stretche table tally task telephone templating term throttle
    time token train transcription translate trend tune two type upkeep upsert user validation visible
    vocabulary watch wav web webhook weight whisper word workbook workday worker write yaml
    """.split()
)
"""Words, in the singular, that mean in this project what they mean in any other."""
DROPPED = frozenset(
    "divide divided hygiene hear heard unheard guard guarded ser sight deeds noted looks concerns attention seal "
    "sealed sealing shelf outliving endings forgetting forget waiting lengths letters suggesting telling book visit "
    "lessons lesson ear".split()
)
"""Words of before; the glossary has those that took their place."""
DROPPED_PHRASES = ("at_hand", "to_hear", "made_up", "only_run")


def singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def terms() -> Iterator[tuple[str, str, str, str]]:
    for line in GLOSSARY.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0] not in ("term", "---"):
            yield tuple(cells)  # type: ignore[misc]


TERMS = list(terms())
KNOWN = {singular(word) for term, *_ in TERMS for word in re.findall("[a-z]+", term.lower())}


def words_of(name: str) -> set[str]:
    """Of a name in either style.

    >>> sorted(words_of("CallFilter")), sorted(words_of("call_filter"))
    (['call', 'filter'], ['call', 'filter'])
    """
    return set(filter(None, re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")))


def module_words(path: Path) -> set[str]:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return {word for part in parts if not part.startswith("__") for word in words_of(part)}


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term[0])
def test_a_term_has_a_meaning_and_lives_somewhere(term: tuple[str, ...]) -> None:
    name, chinese, meaning, places = term
    assert name
    assert re.search("[一-鿿]", chinese)
    assert meaning
    for place in re.findall("`([^`]+)`", places):
        assert (ROOT / place).exists(), place


def test_modules_are_named_with_known_words() -> None:
    unknown = {
        f"{path.relative_to(ROOT)}": words
        for path in MODULES
        if (words := {word for word in module_words(path) if singular(word) not in KNOWN | ORDINARY})
    }
    assert unknown == {}, "add the words to docs/glossary.md, or to the ordinary ones"


def test_no_public_name_has_a_dropped_word() -> None:
    made = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    dropped = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in MODULES
        for name in (path.stem, *(node.name for node in ast.walk(parsed(path)) if isinstance(node, made)))
        if not name.startswith("_")
        if words_of(name) & DROPPED or any(phrase in name for phrase in DROPPED_PHRASES)
    ]
    assert dropped == []


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_no_ordinary_word_stands_in_the_glossary() -> None:
    assert not ORDINARY & KNOWN
