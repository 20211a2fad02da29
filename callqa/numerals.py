"""Values of Chinese numerals: 三千五 is 3500, 幺三八 is 138, 三万五 is 35000."""

import re
from decimal import Decimal

DIGITS = dict(zip("〇零一二三四五六七八九幺两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2), strict=True))
_IN_DIGITS = str.maketrans({c: str(digit) for c, digit in DIGITS.items()})
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
NUMERALS = f"0-9{''.join(DIGITS)}{''.join(UNITS)}"
"""For use in the character class of an expression."""
LONGEST = 32
"""Characters of a run with units. Beyond it nobody says a number, and an integer may be too long to be written."""
APPROXIMATE = re.compile("[一二三四五六七八九两]{2}|[0-9][一二三四五六七八九两]|十[十百千]|百百|千千")


def in_digits(run: str) -> str:
    """One run of number characters in digits, whatever it means.

    Units without a digit (千万, 万一) are words, not numbers, and stay; so does what is longer than `LONGEST`.

    >>> in_digits("幺三八"), in_digits("三千五"), in_digits("万一")
    ('138', '3500', '万1')
    """
    if not any(c in UNITS for c in run):
        return in_digits_one_by_one(run)
    if len(run) > LONGEST:
        return run
    tokens: list[str] = re.findall(f"[0-9]+|[{''.join(DIGITS)}{''.join(UNITS)}]", run)
    if tokens[0] in UNITS and tokens[0] != "十":
        return tokens[0] + (in_digits("".join(tokens[1:])) if tokens[1:] else "")
    return str(_value(tokens))


def in_digits_one_by_one(text: str) -> str:
    """The text with each digit that was said in place of it: 三零二八号 is 3028号, 二十 is 2十."""
    return text.translate(_IN_DIGITS)


def exact_digits(run: str) -> str | None:
    """As `in_digits`, but ``None`` for no number (万一), about one (七八十, 三五个's 三五) or several (二三四楼)."""
    if not 0 < len(run) <= LONGEST or (run[0] in UNITS and run[0] != "十"):
        return None
    has_units = any(c in UNITS for c in run)
    if 2 < len(run) < 5 and run in "一二三四五六七八九":
        return None
    if APPROXIMATE.search(run) if has_units else re.fullmatch("[一二三四五六七八九两]{2}", run):
        return None
    return in_digits(run)


def number_value(text: str) -> Decimal | None:
    """What a number is worth, with a decimal point or without; ``None`` as in `exact_digits`.

    >>> number_value("三万五"), number_value("2.5万"), number_value("七八十")
    (Decimal('35000'), Decimal('25000.0'), None)
    """
    whole, point, fraction = text.replace(",", "").replace("点", ".").partition(".")
    value = exact_digits(whole)
    if value is None or len(fraction) > LONGEST:
        return None
    if not point:
        return Decimal(value)
    digits = fraction.rstrip("百千万亿")
    if not digits or any(c in UNITS for c in digits):
        return None
    scale = 1
    for unit in fraction[len(digits) :]:
        scale *= UNITS[unit]
    return Decimal(f"{value}.{in_digits(digits)}") * scale


def plain_decimal(value: Decimal) -> str:
    """Without exponent and trailing zeros: 25000, 3.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _value(tokens: list[str]) -> int:
    """Value of a number with units: 二十三, 3万5, 一百零六, 十五.

    A digit after a unit of a hundred or more counts one unit lower, as it is said: 三千五 is 3500.
    """
    total = section = digit = 0
    last_unit = 1
    for token in tokens:
        if token in ("零", "〇"):
            last_unit = 1
        elif token in UNITS:
            unit = UNITS[token]
            if unit == UNITS["亿"]:
                total, section = (total + section + digit) * unit, 0
            elif unit == UNITS["万"]:
                total, section = total + (section + digit) * unit, 0
            else:
                section += (digit or 1) * unit
            digit, last_unit = 0, unit
        else:
            digit = digit * 10 ** len(token) + (int(token) if token.isascii() else DIGITS[token])
    colloquial = last_unit // 10 if last_unit >= UNITS["百"] and digit < 10 else 1
    return total + section + digit * colloquial
