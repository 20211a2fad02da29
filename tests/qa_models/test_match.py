from dataclasses import replace

import numpy as np
import pytest
from dummies import call
from hypothesis import assume, given
from hypothesis import strategies as st

from callqa.syllables import distances, syllables
from callqa.types import Word
from qa_models.alignment import (
    EXTRA,
    FILLER,
    GAP,
    KEY,
    MISSING,
    VAGUE,
    WALL,
    Speech,
    compiled,
    first_syllable,
    substring_costs,
)
from qa_models.match import find
from qa_models.phrases import Pattern, Phrases, patterns

CHARACTERS = st.text(alphabet="您好请稍等一下工号为服务三零二八再见嗯", min_size=1, max_size=9)
SPEECH = st.text(alphabet="您好请稍等一下工号为服务三零二八再见嗯的了", min_size=1, max_size=25)
NO_LIMIT = np.array([1000], dtype=np.float32)


def search(phrase: str, text: str, agent_id: str = "3028", **options: float) -> list[str]:
    turns = call(f"A: {text}").turns
    return [hit.quote for hit in find(Phrases(phrases=(phrase,), **options), turns, agent_id)]


@pytest.mark.parametrize(
    ("phrase", "text", "quote"),
    [
        ("工号{agent_number}", "上海热线，公號3028位您服務", "公號3028"),
        ("工号{agent_number}", "工号三零二八为您服务", "工号三零二八"),
        ("工号{digits}", "我是工号 4 5 6 7 号", "工号 4 5 6 7"),
        ("请稍等", "好的，请，稍等。", "请，稍等"),
        ("请稍等", "请嗯稍等", "请嗯稍等"),
        ("感谢…来电", "感谢您今天的来电", "感谢您今天的来电"),
        ("(请|麻烦)您稍等", "麻烦您稍等", "麻烦您稍等"),
        ("市民服务热线", "市民服务热信", "市民服务热信"),
        ("=再会", "再会", "再会"),
        ("还!有什么…帮您", "请问还有什么可以帮您", "还有什么可以帮您"),
    ],
)
def test_found(phrase: str, text: str, quote: str) -> None:
    assert search(phrase, text) == [quote]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("工号{agent_number}", "工号三零三三"),
        ("工号{agent_number}", "上海一二三四五热线为您服务"),
        ("=再会", "在会上"),
        ("再见", "再三"),
        ("还!有什么…帮您", "请问有什么可以帮您"),
        ("请稍等", "请稍微说清楚"),
        ("感谢…来电", "感谢您，我跟您说这个事情前天已经有人来处理过的，就是停电的那件事情"),
        ("不知道", "知道了"),
    ],
)
def test_not_accepted(phrase: str, text: str) -> None:
    assert search(phrase, text, doubt=0.8) == []


def test_a_phrase_does_not_run_across_turns() -> None:
    turns = call("A: 请稍 | C: 嗯 | A: 等").by("agent")
    assert find(Phrases(phrases=("请稍等一下",)), tuple(turns)) == ()


def test_one_agent_number_with_one_or_yao() -> None:
    for spoken in ("三幺零一", "三一零幺", "3101", "三要零要"):
        assert search("工号{agent_number}", f"工号{spoken}为您服务", "3101") == [f"工号{spoken}"]


def test_without_an_agent_number_its_phrases_are_left_out() -> None:
    assert search("工号{agent_number}", "工号三零二八", agent_id="") == []


def clear(text: str) -> Speech:
    sounds = syllables(text).sounds
    return Speech(sounds, np.full(len(sounds), EXTRA, dtype=np.float32), np.zeros(len(sounds), dtype=np.bool_))


def brute_force(pattern: Pattern, speech: Speech) -> tuple[float, list[float]]:
    """Edit distance to the end of each beginning of the text, free start, by plain recursion over a table."""
    sounds, extra = speech.sounds.tolist(), speech.extra.tolist()
    length, n = len(pattern.tokens), len(sounds)
    table = [[0.0] * (n + 1)]
    for i in range(1, length + 1):
        weight = KEY if pattern.keys[i - 1] else 1
        row = [table[-1][0] + MISSING * weight]
        for j in range(1, n + 1):
            wrong = float(distances()[pattern.tokens[i - 1], sounds[j - 1]])
            wrong = WALL if extra[j - 1] == WALL else min(wrong, VAGUE) if speech.vague[j - 1] else wrong
            wrong *= weight
            choices = [table[-1][j - 1] + wrong, table[-1][j] + MISSING * weight]
            if i < length:
                skip = extra[j - 1]
                if pattern.gaps[i - 1] and skip != WALL:
                    skip = min(skip, GAP)
                choices.append(row[j - 1] + skip)
            row.append(min(choices))
        table.append(row)
    return min(table[-1]), table[-1]


@given(st.data())
def test_costs_equal_a_brute_force_edit_distance(data: st.DataObject) -> None:
    texts = data.draw(st.lists(CHARACTERS, min_size=1, max_size=4))
    wanted = []
    for text in texts:
        tokens = tuple(syllables(text).sounds.tolist())
        flags = st.lists(st.booleans(), min_size=len(tokens), max_size=len(tokens))
        wanted.append(Pattern(text, tokens, tuple(data.draw(flags)), tuple(data.draw(flags))))
    sounds = syllables(data.draw(SPEECH)).sounds
    extra = np.array([data.draw(st.sampled_from([EXTRA, FILLER, WALL])) for _ in sounds], dtype=np.float32)
    speech = Speech(sounds, extra, np.array([data.draw(st.booleans()) for _ in sounds]))
    rows, costs = substring_costs(compiled(tuple(wanted)), speech, NO_LIMIT.repeat(len(wanted)))
    assert rows.tolist() == list(range(len(wanted)))
    for pattern, row in zip(wanted, costs, strict=True):
        assert np.allclose(row, brute_force(pattern, speech)[1], atol=2e-3)


@given(phrase=CHARACTERS, text=SPEECH)
def test_the_limit_leaves_no_pattern_out_that_could_match(phrase: str, text: str) -> None:
    wanted = patterns((phrase,), "")
    best, _ = brute_force(wanted[0], clear(text))
    rows, _ = substring_costs(compiled(wanted), clear(text), np.array([best + 1e-3], dtype=np.float32))
    assert rows.tolist() == [0]


@given(phrase=CHARACTERS, text=SPEECH)
def test_the_beginning_explains_the_cost(phrase: str, text: str) -> None:
    """From the place it names, and nowhere after it, the phrase costs what the search said."""
    wanted = patterns((phrase,), "")
    speech = clear(text)
    _, costs = substring_costs(compiled(wanted), speech, NO_LIMIT)
    end = int(costs[0, 1:].argmin()) + 1
    assume(costs[0, end] < len(wanted[0].tokens))  # something of it was said
    first = first_syllable(wanted[0], speech.upto(end), float(costs[0, end]))
    rest = Speech(speech.sounds[first:end], speech.extra[first:end], speech.vague[first:end])
    _, again = substring_costs(compiled(wanted), rest, NO_LIMIT)
    assert np.isclose(again[0, -1], costs[0, end], atol=1e-3)


def test_a_word_the_engine_was_not_sure_of_leaves_room_for_doubt() -> None:
    turn = call("A: 于好上海").turns[0]
    words = tuple(Word(c, 0.0, 1.0, p) for c, p in zip("于好上海", (0.05, 0.9, 0.9, 0.9), strict=True))
    greeting = Phrases(phrases=("您好",))
    assert find(greeting, [turn]) == ()
    (hit,) = find(greeting, [replace(turn, words=words)])
    assert hit.quote == "于好"
    assert greeting.doubt <= hit.similarity < greeting.accept


@given(st.text(alphabet="您好，请稍等。一下 工號3028嗯那个！", max_size=40))
def test_a_quote_is_the_original_text_and_places_do_not_overlap(text: str) -> None:
    turns = call(f"A: {text}").turns
    hits = find(Phrases(phrases=("请稍等一下", "工号{agent_number}", "=您好")), turns, "3028")
    for hit in hits:
        assert hit.quote == hit.turn.text[hit.start : hit.end] != ""
        assert 0 <= hit.similarity <= 1
    assert all(a.end <= b.start for a, b in zip(hits, hits[1:], strict=False))
