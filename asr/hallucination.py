"""The hallucination filter: loops, stock phrases of a model's training data, noise read as another language.

A flag never removes text; a flagged turn is shown but never counts as evidence.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from asr.announcements import is_announcement
from callqa.text import normalise
from callqa.types import Seconds, Turn

MAX_CHARACTERS_PER_SECOND = 9.0  # fast agents reach 6 to 7; nobody speaks 9 for long
MIN_CHARACTERS_PER_SECOND = 1.5  # hesitant speakers say 2 to 3; less means that the model skipped some
BURST: Seconds = 1.0  # the ends of short speech are cut by the VAD, and a sigh has no text: allow for that much
MAX_COMPRESSION = 2.4  # Whisper's own limit; Chinese speech lies at 1.1 to 1.9
MIN_COMPRESSION_BYTES = 90  # about 30 characters; shorter text compresses at random
LOOP = re.compile(r"(.{1,3}?)\1{5,}|(.{4,30}?)\2{2,}")  # 对对对对 is speech; six times, or a clause thrice, is not
MIN_CHINESE = 0.5  # of the letters
MIN_LETTERS = 6
QUIET_DBFS = -60.0
BROKEN = "\ufffd"  # half a character: the engine stopped, or was cut off, in the middle of one
MISSING_TEXT = "too_little_text"
"""The flag for text that is not made up but lacks something."""

STOCK_PHRASES = (
    "谢谢观看", "谢谢大家观看", "感谢观看", "感谢您的观看", "谢谢收看", "感谢收看", "谢谢收听", "感谢收听",
    "请不吝点赞", "点赞订阅", "订阅转发", "打赏支持", "明镜与点点", "明镜需要您的支持", "欢迎订阅", "订阅我的频道",
    "字幕by", "字幕由", "字幕志愿者", "字幕组", "字幕制作", "字幕提供", "中文字幕", "amaraorg", "社区提供的字幕",
    "独播剧场", "yoyotelevision", "下期再见", "下期节目再见", "下次再见", "本期视频", "未经作者授权",
    "未经授权禁止转载", "李宗盛", "作词作曲", "作曲编曲", "作词编曲", "感谢大家的观看", "谢谢您的观看", "多谢您的观看",
    "谢谢您的收看",
)  # fmt: skip
"""What Whisper writes over noise and music, normalised; none of it is said on a hotline."""
STOCK_TEXTS = frozenset(
    ("音乐", "掌声", "笑声", "鼓掌", "背景音乐", "片头曲", "片尾曲", "字幕", "完", "music", "applause")
)
"""The same, as the only thing that is written."""
FOREIGN = re.compile(
    "[\u3040-\u30ff\uac00-\ud7af\u0400-\u04ff\u0e00-\u0e7f\u0600-\u06ff]"
)  # kana, hangul, Cyrillic, Thai, Arabic
MAX_FOREIGN = 0.1  # of the letters: のand ー are written in Chinese now and then
REPEATS = 3  # the same turn so often in a row ...
REPEAT_CHARACTERS = 4
SAME_PACE = 1.5  # ... is said by a person at much the same pace each time


def suspicions(text: str, speech_time: Seconds, level_dbfs: float | None = None) -> tuple[str, ...]:
    """Why ``text``, written of ``speech_time`` seconds of speech, is not to be trusted; empty when nothing is wrong."""
    normal = normalise(text).text
    checks = {
        "loop": is_loop(normal),
        "too_much_text": len(normal) > MAX_CHARACTERS_PER_SECOND * (speech_time + BURST),
        MISSING_TEXT: BROKEN in text or len(normal) < MIN_CHARACTERS_PER_SECOND * (speech_time - BURST),
        "stock_phrase": normal in STOCK_TEXTS or any(phrase in normal for phrase in STOCK_PHRASES),
        "not_chinese": not is_chinese(normal),
        "no_energy": bool(normal) and level_dbfs is not None and level_dbfs < QUIET_DBFS,
    }
    return tuple(flag for flag, suspicious in checks.items() if suspicious)


def flag_hallucinations(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns of a call, with the flags that need a whole turn or its neighbours: ``announcement``, and ``loop``
    for a text that comes back turn after turn."""
    repeated = {turn.index for turn in repeats(turns)}
    return tuple(
        replace(
            turn,
            flags=tuple(
                dict.fromkeys(
                    turn.flags + ("announcement",) * is_announcement(turn.text) + ("loop",) * (turn.index in repeated)
                )
            ),
        )
        for turn in turns
    )


def repeats(turns: Sequence[Turn]) -> Iterator[Turn]:
    """Turns of one speaker in a row with the same text, which took much more time once than another time.

    A person who repeats 您好，请问能听到吗 takes about as long each time; a decoder that is stuck writes its words over
    whatever there is.
    """
    for role in dict.fromkeys(turn.role for turn in turns):
        turns_of_role = [turn for turn in turns if turn.role == role]
        for text, group in groupby(turns_of_role, key=lambda turn: normalise(turn.text).text):
            same = list(group)
            durations = [turn.duration for turn in same]
            if len(same) >= REPEATS and len(text) >= REPEAT_CHARACTERS and max(durations) > SAME_PACE * min(durations):
                yield from same


def is_loop(normal: str) -> bool:
    """Whether normalised text repeats itself as stuck decoders do."""
    raw = normal.encode()
    if len(raw) >= MIN_COMPRESSION_BYTES and len(raw) / len(zlib.compress(raw)) > MAX_COMPRESSION:
        return True
    return LOOP.search(normal) is not None


def is_chinese(normal: str) -> bool:
    """Whether normalised text is Chinese: digits and a few Latin letters (OK, VIP卡) say nothing against it."""
    letters = [c for c in normal if not c.isdigit()]
    if len(FOREIGN.findall(normal)) > MAX_FOREIGN * len(letters):
        return False
    return len(letters) < MIN_LETTERS or sum("一" <= c <= "鿿" for c in letters) >= MIN_CHINESE * len(letters)
