from dataclasses import replace

import numpy as np
import pytest

from asr.decode import Audio
from asr.role_cues import FLOOR, agent_log_odds, count_cues, decide_roles, known_cues, recast
from asr.roles import Cast

AGENT = (
    "您好，这里是市民服务热线，工号四零一九为您服务，请问有什么可以帮您？",
    "好的，请问您怎么称呼？",
    "您反映的情况我给您登记了，工作人员会跟您联系。",
    "感谢您的来电，再见。",
)
CITIZEN = (
    "喂，你好，我想反映一下我们小区停车的事。",
    "我姓李，我家楼下天天堵着。",
    "你们能不能快点处理？",
    "好，谢谢你啊。",
)
OUTBOUND_AGENT = (
    "喂您好，请问是张先生吗？我这里是一二三四五热线回访。",
    "请问您对我们的服务是否满意？",
    "打扰您了，再见。",
)
OUTBOUND_CITIZEN = ("对，是我，你说。", "我觉得还行吧，就是慢了点。", "没有了，拜拜。")
SMALL_TALK = ("嗯。", "好的。", "对对对。")
ROLES = ("agent", "citizen")
STEREO = Cast(Audio(np.zeros((2, 16), dtype=np.float32), 0, True), ROLES, ())
UNNAMED = replace(STEREO, roles=("unknown", "unknown"), flags=("roles_unknown",))
MONO = Cast(Audio(np.zeros((1, 16), dtype=np.float32), 0, True), ("unknown",), ("dual_mono", "roles_unknown"))


def said(first: tuple[str, ...], second: tuple[str, ...]) -> list[tuple[int, str]]:
    return [(0, text) for text in first] + [(1, text) for text in second]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("公號3028位您服務", 1),  # as a small model spells 工号三零二八为您服务
        ("请您稍等，我帮您查一下", 1),
        ("您的联系电话是多少", 1),
        ("我要头诉一个网约车司机", -1),
        ("我们小区又停水了，你们管不管", -1),
        ("我姓王", -1),
        ("嗯", 0),
        ("", 0),
        ("今天天气不错", 0),
    ],
)
def test_what_agents_and_citizens_say(text: str, sign: int) -> None:
    assert np.sign(agent_log_odds([text])) == sign


def test_saying_it_again_tells_little() -> None:
    once, often = agent_log_odds(["请您稍等"]), agent_log_odds(["请您稍等"] * 50)
    assert once < often <= 2 * once


def test_the_longest_of_nested_cues_counts_and_none_lies_across_two_texts() -> None:
    assert count_cues(["请问您贵姓"]) == {"请问您贵姓": 1}
    assert not {"为您服务"} & set(count_cues(["为您", "服务"]))


def test_no_cue_is_listed_twice() -> None:
    phrases = [cue.phrase for cue in known_cues()]
    assert len(phrases) == len(set(phrases)) > 150
    assert {np.sign(cue.log_odds) for cue in known_cues()} == {1, -1}


@pytest.mark.parametrize(("agent", "citizen"), [(AGENT, CITIZEN), (OUTBOUND_AGENT, OUTBOUND_CITIZEN)])
@pytest.mark.parametrize("two_voices", [None, 5.0])
def test_who_is_the_agent(agent: tuple, citizen: tuple, two_voices: float | None) -> None:
    decision, swapped = decide_roles(agent, citizen, two_voices), decide_roles(citizen, agent, two_voices)
    assert decision.roles == ("agent", "citizen")
    assert swapped.roles == ("citizen", "agent")
    assert decision.confidence == swapped.confidence >= FLOOR


@pytest.mark.parametrize(
    ("first", "second", "two_voices", "roles"),
    [
        (SMALL_TALK, SMALL_TALK, None, ("unknown", "unknown")),
        ((), (), None, ("unknown", "unknown")),
        (AGENT, CITIZEN, -3.0, ("unknown", "unknown")),  # the voices are too much alike for the turns to be right
        (AGENT[:2], AGENT[2:], -1.0, ("unknown", "unknown")),  # one person, divided in two
        ((*AGENT, *CITIZEN[:1]), (*AGENT[:1], CITIZEN[2]), 8.0, ("unknown", "unknown")),  # two persons, mixed
        (("您好，请说",), ("我姓王",), None, ("unknown", "unknown")),  # one phrase each
        (AGENT, (), 40.0, ("unknown", "unknown")),  # nobody says anything against being the agent, too
        (AGENT, SMALL_TALK, 8.0, ("unknown", "unknown")),
        (AGENT[:2], SMALL_TALK, -1.0, ("unknown", "unknown")),
    ],
)
def test_what_is_not_sure_is_unknown(first: tuple, second: tuple, two_voices: float | None, roles: tuple) -> None:
    assert decide_roles(first, second, two_voices).roles == roles


@pytest.mark.parametrize(
    ("cast", "turns", "two_voices", "roles", "flags"),
    [
        (STEREO, said(AGENT, CITIZEN), None, ROLES, ()),
        (STEREO, said(CITIZEN, AGENT), None, ROLES[::-1], ("channels_swapped",)),
        (STEREO, said(SMALL_TALK, AGENT), None, ROLES, ()),  # an announcement; nothing the citizen says contradicts
        (STEREO, said(("我姓王，您好",), ("您好，请说",)), None, ROLES, ()),  # too little to overrule the call centre
        (STEREO, [], None, ROLES, ()),
        (UNNAMED, said(CITIZEN, AGENT), None, ROLES[::-1], ("roles_from_content",)),
        (UNNAMED, said(SMALL_TALK, SMALL_TALK), None, ("unknown", "unknown"), ("roles_unknown",)),
        (MONO, said(AGENT, CITIZEN), 8.0, ROLES, ("dual_mono", "roles_from_content")),
        (MONO, said(AGENT, CITIZEN), 0.0, ("unknown", "unknown"), ("dual_mono", "roles_unknown")),
        (MONO, said(AGENT, AGENT), 8.0, ("unknown", "unknown"), ("dual_mono", "roles_unknown")),
    ],
)
def test_the_cast_is_mended_by_what_is_said(
    cast: Cast, turns: list, two_voices: float | None, roles: tuple, flags: tuple
) -> None:
    mended = recast(cast, turns, two_voices)
    assert (mended.roles, mended.flags) == (roles, flags)
