"""Windows: whose turns, how far from the start, the end, or what another check found."""

import pytest
from dummies import call
from written import made

SCRIPT = "A: 一一 | C: 二二 | A: 三三 | A: 四四 | C: 五五 | A: 六六 | C: 嗯 | A: 七七 | C: 八八 (gap 20)"


def spoken(where: str) -> str:
    """The turns that a window holds: one digit each."""
    probe = made("regex", f"{{where: {where}, patterns: ['.']}}")
    answer = probe.answer(call(SCRIPT))
    return "".join(dict.fromkeys(evidence.quote for evidence in answer.hits))


@pytest.mark.parametrize(
    ("where", "turns"),
    [
        ("{}", "一三四六七"),
        ("{role: citizen}", "二五嗯八"),
        ("{role: anybody}", "一二三四五六嗯七八"),
        ("{first_turns: 1}", "一"),
        ("{first_turns: 2}", "一三四"),  # an engine may split what is said at once
        ("{last_turns: 1}", "六七"),  # 嗯 is no turn of its own
        ("{first_turns: 2, last_turns: 2}", "三四"),
        ("{first_seconds: 1.2}", "一"),
        ("{role: citizen, last_seconds: 5}", "八"),
        ("{role: anybody, last_seconds: 1000}", "一二三四五六嗯七八"),
    ],
)
def test_from_the_ends(where: str, turns: str) -> None:
    assert spoken(where) == turns


def near(rest: str, role: str = "agent", found: str = "五五", by: str = "citizen") -> str:
    anchor = f"{{kind: regex, params: {{where: {{role: {by}}}, patterns: ['{found}']}}}}"
    return spoken(f"{{role: {role}, near: {{check: {anchor}, {rest}}}}}")


@pytest.mark.parametrize(
    ("rest", "turns"),
    [
        ("from: 1, to: 1", "六七"),
        ("from: -1, to: -1", "三四"),
        ("from: -1, to: 1", "三四六七"),
        ("from: 0, to: 0", ""),  # the citizen found it; the agent has no turn there
        ("from: -5, to: -1", "一三四"),
    ],
)
def test_near_what_the_other_speaker_said(rest: str, turns: str) -> None:
    assert near(rest) == turns


@pytest.mark.parametrize(
    ("rest", "turns"), [("from: 0, to: 0", "三四"), ("from: 0, to: 1", "三四六七"), ("from: -1, to: 0", "一三四")]
)
def test_near_what_the_same_speaker_said(rest: str, turns: str) -> None:
    assert near(rest, found="三三", by="agent") == turns


@pytest.mark.parametrize(("hit", "turns"), [("1", "三四"), ("2", "六七"), ("-1", ""), ("any", "三四六七"), ("9", "")])
def test_the_nth_hit(hit: str, turns: str) -> None:
    assert near(f"hit: {hit}, from: 1, to: 1", found="二二|五五|八八") == turns


KINDS = [
    ("phrase", "phrases: [久等了]"),
    ("regex", "patterns: ['久等了']"),
    ("similar", "examples: [让您久等了]"),
    ("sequence", "steps: [[久等了], [再见]]"),
    ("utterance", "labels: [empathic], expect: present"),
]


@pytest.mark.parametrize(("kind", "params"), KINDS)
@pytest.mark.parametrize(
    ("citizen", "verdict"),
    [
        ("着火了", "violated"),
        ("路灯坏了", "not_applicable"),
        ("唔嗯呐 (confidence 0.3)", "unsure"),
    ],
)
def test_a_window_beside_nothing_or_something_doubtful(kind: str, params: str, citizen: str, verdict: str) -> None:
    anchor = "{kind: phrase, params: {where: {role: citizen}, phrases: [着火]}}"
    check = made(kind, f"{{where: {{near: {{check: {anchor}, from: 1, to: 1}}}}, {params}}}")
    assert check(call(f"A: 您好 | C: {citizen} | A: 请问地址在哪里")).verdict.value == verdict


@pytest.mark.parametrize("where", ["{role: nobody}", "{first_turns: 0}", "{near: {check: x}}", "{frist_turns: 1}"])
def test_a_mistake_is_refused(where: str) -> None:
    with pytest.raises(Exception, match="line 4"):
        spoken(where)
