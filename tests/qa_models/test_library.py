import re
from pathlib import Path

import pytest

from callqa.errors import ConfigError
from callqa.messages import LANGUAGES, catalogue
from callqa.reasons import REASONS, reason_message
from qa_models import load_checks
from qa_models.check import Draft, Kind, Params, check
from qa_models.check_library import read_library
from qa_models.registry import KINDS, Registry
from scoring import load_rubric

PACKAGE = Path(load_checks.__code__.co_filename).parent
ITEMS = (
    "opening closing further_help hold_notice hold_return transfer_notice restate courtesy forbidden_phrase attitude "
    "buck_passing over_promise privacy_leak agent_hangup_first interruption long_silence speech_rate "
    "element_collection emergency_guidance request_type_match category_match content_consistency"
).split()


def library(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_library_answers_every_item() -> None:
    assert sorted(load_checks()) == sorted(ITEMS)


def test_the_kinds() -> None:
    """A kind is part of every check's key: a change here is a change for stored findings."""
    assert {name: KINDS.get(name).version for name in KINDS.names()} == {
        "all": 3,
        "any": 2,
        "ask": 1,
        "at_least": 2,
        "caller_left": 1,
        "courtesy": 6,
        "elements": 6,
        "entity": 3,
        "category": 6,
        "forbidden": 6,
        "hangup": 3,
        "hold_notice": 4,
        "hold_return": 5,
        "interruption": 3,
        "loudness": 3,
        "metadata": 3,
        "not": 1,
        "phrase": 4,
        "pickup": 2,
        "private_number": 2,
        "regex": 3,
        "repeat": 2,
        "response_time": 2,
        "restate": 7,
        "sequence": 3,
        "request_type": 6,
        "silence": 4,
        "similar": 3,
        "speech_rate": 2,
        "ticket_facts": 6,
        "utterance": 3,
    }


def test_a_check_bears_the_title_of_its_item_on_the_score_sheet() -> None:
    assert {check.id: check.spec.title for check in load_checks().values()} == load_rubric("pudong-12345").titles


def test_every_reason_in_the_code_is_listed_and_every_listed_one_is_used() -> None:
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*") if path.suffix in (".py", ".yaml")]
    listing = (PACKAGE.parent / "callqa/reasons.py").read_text(encoding="utf-8")
    used = set()
    for source in (*sources, listing):
        used |= set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', source)) | set(
            re.findall(r"(?:un)?(?:said|met|violated|nothing): (\w+)", source)
        )
    elsewhere = "".join(sources)
    unused = {reason for reason in REASONS if not re.search(rf"\b{reason}\b", elsewhere)}
    assert unused == set()
    assert set(REASONS) <= used


def test_every_reason_has_its_sentence_in_both_languages() -> None:
    for language in LANGUAGES:
        entries = {msgid for context, msgid in catalogue(language) if msgid.startswith("reason.")}
        assert entries == {f"reason.{reason}" for reason in REASONS}
    assert all(re.search(r"[\u4e00-\u9fff]", reason_message(reason).text("zh")) for reason in REASONS)
    assert reason_message("of_another_version").text("en") == "of_another_version"


def test_keys_are_distinct_and_stable() -> None:
    keys = [check.key for check in load_checks().values()]
    assert len(set(keys)) == len(keys)
    assert keys == [made.key for made in load_checks().values()]


def test_a_lexicon_entry_changes_the_key_of_its_check_alone(tmp_path: Path) -> None:
    mine = library(
        tmp_path,
        "- {id: forbidden_phrase, kind: forbidden, title: 禁语, params: {phrases: {lexicon: mine.txt}}}\n",
    )
    (tmp_path / "mine.txt").write_text("随便你\n", encoding="utf-8")
    before = load_checks(mine)
    (tmp_path / "mine.txt").write_text("随便你\n不知道\n", encoding="utf-8")
    after = load_checks(mine)
    assert {name for name in ITEMS if before[name].key != after[name].key} == {"forbidden_phrase"}
    assert before["forbidden_phrase"].describe()["params"]["phrases"]["phrases"] == ["随便你"]


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("- id: a\n  kind: phras\n  title: 甲\n", 2, "unknown kind 'phras'; did you mean 'phrase'? allowed: all,"),
        ("- id: a\n  kind: pickup\n  titel: 甲\n", 3, "titel: unknown field; did you mean 'title'?"),
        ("- id: a\n  kind: pickup\n", 1, "title: Field required"),
        (
            "- id: a\n  kind: speech_rate\n  title: 甲\n  params:\n    margin: 0\n    limt: 3\n    limit: 3\n",
            6,
            "did you mean 'limit'?",
        ),
        (
            "- id: a\n  kind: phrase\n  title: 甲\n  params:\n    phrases:\n      - 您好\n      - (您好\n",
            6,
            "brackets do not match",
        ),
        ("- kind: pickup\n  title: 甲\n", 1, "a check needs an id"),
        ("- id: a\n  kind: phrase\n  title: 甲\n  params: {phrases: 您好}\n", 4, "write phrases as a list: [您好]"),
        (
            "- id: a\n  kind: phrase\n  title: 甲\n  params:\n    phrases: {lexicon: taboo.txt, phrases: 不行}\n",
            5,
            "write phrases as a list",
        ),
        (
            "- id: a\n  kind: category\n  title: 甲\n  params: {taxonomy: shanghai, model: category}\n",
            4,
            "knows classes that taxonomy 'shanghai' has not",
        ),
        (
            "- id: a\n  kind: request_type\n  title: 甲\n  params: {model: category}\n",
            4,
            "knows classes that taxonomy 'request_types' has not",
        ),
        (
            "- id: a\n  kind: pickup\n  title: 甲\n- id: a\n  kind: pickup\n  title: 乙\n",
            4,
            "check 'a' is there twice",
        ),
        (
            "- id: a\n  kind: phrase\n  title: 甲\n  params:\n    {phrases: [您好], unsaid: x}\n",
            5,
            "unknown reason 'x'",
        ),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, text: str, line: int, complaint: str) -> None:
    path = library(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_checks(path)
    assert str(caught.value).startswith(f"{path}, line {line}: ")
    assert complaint in str(caught.value)


@pytest.mark.parametrize("text", ["", "a: 1\n", "- 3\n", "- [a\n"])
def test_a_file_that_is_no_library(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"mine\.yaml"):
        load_checks(library(tmp_path, text))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_checks(tmp_path / "none.yaml")


def test_an_equal_id_replaces_the_shipped_check(tmp_path: Path) -> None:
    mine = load_checks(library(tmp_path, "- {id: speech_rate, kind: speech_rate, title: 语速, params: {limit: 280}}\n"))
    assert mine["speech_rate"].spec.params.limit == 280  # type: ignore[attr-defined]
    assert mine["opening"].key == load_checks()["opening"].key
    assert len(mine) == len(ITEMS)


class NoParams(Params):
    pass


@check("silent", version=1, needs="nothing")
def check_silent(conversation: object, params: NoParams) -> Draft:
    raise AssertionError


def test_a_registry_refuses_collisions_and_latecomers(tmp_path: Path) -> None:
    registry = Registry({"pickup": "qa_models.checks.pickup:check_pickup"})
    registry.add("pickup", "qa_models.checks.pickup:check_pickup")  # the same again is no collision
    with pytest.raises(ConfigError, match="already qa_models.checks.pickup"):
        registry.add("pickup", "elsewhere:check_pickup")
    registry.freeze()
    with pytest.raises(ConfigError, match="too late"):
        registry.add("mine", "elsewhere:check_mine")


def test_a_path_must_lead_to_a_kind_of_that_name() -> None:
    registry = Registry({"phrase": "qa_models.checks.pickup:check_pickup", "gone": "qa_models.run:gone"})
    for name in registry.names():
        with pytest.raises(ConfigError, match="is not a kind of that name"):
            registry.get(name)


def test_the_library_reads_another_registry(tmp_path: Path) -> None:
    path = library(tmp_path, "- {id: mine, kind: pickup, title: 自定}\n")
    checks = read_library(path, Registry({"pickup": "qa_models.checks.pickup:check_pickup"}))
    assert isinstance(checks["mine"].kind, Kind)
    assert check_silent.params is NoParams
