"""Text that a speech model made up: loops, stock phrases of its training data, noise read as another language.

A flag never removes text; a flagged turn is shown but never counts as evidence.
"""

import re
import zlib

from callqa.text import normalise
from callqa.types import Seconds

MAX_CHARACTERS_PER_SECOND = 9.0  # fast agents reach 6 to 7; nobody speaks 9 for long
MIN_CHARACTERS_PER_SECOND = 1.5  # hesitant speakers say 2 to 3; less means that the model skipped some
BURST: Seconds = 1.0  # the ends of short speech are cut by the VAD, and a sigh has no text: allow for that much
MAX_COMPRESSION = 2.4  # Whisper's own limit; Chinese speech lies at 1.1 to 1.9
MIN_COMPRESSION_BYTES = 90  # about 30 characters; shorter text compresses at random
LOOP = re.compile(r"(.{1,3}?)\1{5,}|(.{4,30}?)\2{2,}")  # 对对对对 is speech; six times, or a clause thrice, is not
MIN_CHINESE = 0.5
QUIET_DBFS = -60.0
MISSING_TEXT = "too_little_text"
"""The flag for text that is not made up but lacks something."""

STOCK_PHRASES = (
    "谢谢观看", "谢谢大家观看", "感谢观看", "感谢您的观看", "谢谢收看", "感谢收看", "谢谢收听", "感谢收听",
    "请不吝点赞", "点赞订阅", "订阅转发", "打赏支持", "明镜与点点", "明镜需要您的支持", "欢迎订阅", "订阅我的频道",
    "字幕by", "字幕由", "字幕志愿者", "字幕组", "字幕制作", "字幕提供", "中文字幕", "amaraorg", "社区提供的字幕",
    "独播剧场", "yoyotelevision", "下期再见", "下期节目再见", "本期视频", "作曲", "词曲",
)  # fmt: skip
"""What Whisper writes over noise and music, normalised; none of it is said on a hotline."""


def suspicions(
    text: str, speech_time: Seconds, level_dbfs: float | None = None, prompts: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Why ``text``, heard in ``speech_time`` seconds of speech, is not to be trusted; empty when nothing is wrong.

    ``prompts`` are sentences the engine was primed with: hearing one of them back is an echo, not speech.
    """
    normal = normalise(text).text
    checks = {
        "loop": is_loop(normal),
        "too_much_text": len(normal) > MAX_CHARACTERS_PER_SECOND * (speech_time + BURST),
        MISSING_TEXT: len(normal) < MIN_CHARACTERS_PER_SECOND * (speech_time - BURST),
        "stock_phrase": any(phrase in normal for phrase in STOCK_PHRASES),
        "prompt_echo": any(normalise(prompt).text in normal for prompt in prompts if prompt),
        "not_chinese": not is_chinese(normal),
        "no_energy": bool(normal) and level_dbfs is not None and level_dbfs < QUIET_DBFS,
    }
    return tuple(flag for flag, suspicious in checks.items() if suspicious)


def is_loop(normal: str) -> bool:
    """Whether normalised text repeats itself as stuck decoders do."""
    raw = normal.encode()
    if len(raw) >= MIN_COMPRESSION_BYTES and len(raw) / len(zlib.compress(raw)) > MAX_COMPRESSION:
        return True
    return LOOP.search(normal) is not None


def is_chinese(normal: str) -> bool:
    """Whether most letters of normalised text are Chinese; digits and very short text (OK, APP) say nothing."""
    letters = [c for c in normal if not c.isdigit()]
    if len(letters) < 4:
        return True
    return sum("一" <= c <= "鿿" for c in letters) >= MIN_CHINESE * len(letters)
