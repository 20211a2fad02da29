"""Announcements of a telephone exchange: menus, waiting queues, notices of recording, numbers that do not answer.

Nobody on the call said it, so nothing in it counts as said by the agent. An agent's own sentence must never be taken
for one: whatever a person would say in it (a question, 我, a number of an agent) settles the matter. So the
announcement 工号三零二八为您服务, which agents say themselves in the same words, is left to be the agent's.
"""

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from callqa.syllables import Syllables, distances, sound_key, syllables

CERTAIN = ("您的通话将被录音", "您的通话可能被录音", "返回上级菜单", "返回主菜单", "重听请按", "嘀声后留言")
"""One of these is enough: no person on a hotline says it."""
# fmt: off
LIKELY = (
    "欢迎致电", "欢迎拨打", "为保证服务质量", "本次通话将被录音",
    "您拨打的用户", "您拨叫的用户", "您拨打的电话", "您拨打的号码", "用户正忙", "正在通话中", "暂时无法接通",
    "暂时无人接听", "已关机", "请稍后再拨",
    "坐席忙", "坐席正忙", "坐席全忙", "坐席繁忙", "话务员正忙", "客服代表正忙", "线路正忙", "当前来电较多",
    "您前面还有", "位用户在等待", "位市民在等待", "请稍候", "请耐心等待",
    "人工服务请按", "按井号键", "按星号键", "对本次服务进行评价", "请对本次服务评价", "满意请按",
)
# fmt: on
"""Two of these, or one and a key to press."""
PERSON = re.compile("请问|这里是|这边|我(?!们将|们会|中心)|咱|先生|女士|工号|再见|祝您|喂")
"""Written so by every engine, and in no announcement."""
PHRASES = tuple(sorted(CERTAIN + LIKELY, key=len, reverse=True))
LENGTHS = np.array([len(phrase) for phrase in PHRASES])
"""In sounds: each character is one."""
IS_CERTAIN = np.array([phrase in CERTAIN for phrase in PHRASES])
KEY = re.compile(r"\bqing an (?:yi|er|liang|san|si|wu|liu|qi|ba|jiu|ling|jing|xing)\b")
"""请按一, as `callqa.syllables.sound_key` writes it. Two such are a menu."""
MAX_DISTANCE = 0.13  # of a phrase's sounds: one sound in eight heard as another, two as a similar one
MIN_SCORE = 2

Costs = npt.NDArray[np.float64]


@lru_cache(maxsize=1024)  # a turn is asked about before its speaker is known, and after; short ones recur
def is_announcement(text: str) -> bool:
    """Whether ``text`` is a recorded announcement; told by sound, because engines spell badly.

    >>> is_announcement("您好，欢迎致电上海市民服务热线，政务咨询请按一，投诉举报请按二")
    True
    >>> is_announcement("您好，上海一二三四五市民服务热线，工号三零二八为您服务")
    False
    """
    if PERSON.search(text):
        return False
    text_sounds = contained(syllables(text))
    if text_sounds[IS_CERTAIN].any():
        return True
    keys = len(KEY.findall(sound_key(text)))
    return keys + int(text_sounds.sum()) >= MIN_SCORE


def contained(text_sounds: Syllables) -> npt.NDArray[np.bool_]:
    """Which of `PHRASES` occur somewhere in the sounds, with as much difference as `MAX_DISTANCE` allows.

    All are compared at once, sound by sound of theirs. The longest come first, so those that go on are the first rows.
    """
    if len(text_sounds) == 0:
        return np.zeros(len(PHRASES), np.bool_)
    steps = np.arange(len(text_sounds) + 1)
    rows: Costs = np.zeros((len(PHRASES), len(text_sounds) + 1))  # a phrase may begin anywhere
    for sounds in _columns():
        before = rows[: len(sounds)]
        costs = before + 1
        costs[:, 1:] = np.minimum(costs[:, 1:], before[:, :-1] + distances()[sounds[:, None], text_sounds.sounds])
        before[:] = np.minimum.accumulate(costs - steps, axis=1) + steps  # sounds heard beyond the phrase cost one each
    differences: Costs = rows.min(axis=1)
    return differences <= MAX_DISTANCE * LENGTHS


@lru_cache(maxsize=1)
def _columns() -> tuple[npt.NDArray[np.int16], ...]:
    """The first sounds of all phrases, the second ones of those that have two, and so on."""
    sounds = [syllables(phrase).sounds for phrase in PHRASES]
    return tuple(
        np.array([phrase_sounds[at] for phrase_sounds in sounds if at < len(phrase_sounds)]) for at in range(LENGTHS[0])
    )
