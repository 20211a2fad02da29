"""Places in a recording as people read them: minutes and seconds, in the forms that desk, terminal and files use."""

import re

from callqa.types import Seconds

CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}(?:\.\d+)?)")


def clock(seconds: Seconds) -> str:
    """As a player shows it.

    >>> clock(65.2), clock(3725)
    ('1:05', '1:02:05')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def padded_clock(seconds: Seconds) -> str:
    """Equally long for all places of the first hundred minutes, so that they stand below each other in tables.

    >>> padded_clock(74.6)
    '01:14'
    """
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02}:{rest:02}"


def seconds_of(text: str) -> Seconds | None:
    """Of M:SS, or of seconds alone; ``None`` for anything else.

    >>> seconds_of("1:05"), seconds_of("12.5"), seconds_of("1:75"), seconds_of("soon")
    (65.0, 12.5, None, None)
    """
    match = CLOCK.fullmatch(text.strip().replace("：", ":"))
    if match is None or (match[1] and float(match[2]) >= 60):
        return None
    return 60 * int(match[1] or 0) + float(match[2])


def exact_clock(seconds: Seconds) -> str:
    """To the hundredth of a second.

    >>> exact_clock(74.58)
    '01:14.58'
    """
    whole, hundredths = divmod(round(seconds * 100), 100)
    return f"{padded_clock(whole)}.{hundredths:02}"
