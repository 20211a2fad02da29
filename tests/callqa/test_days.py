"""The days that reports, exports and figures are about."""

import pytest

from callqa.days import Days
from callqa.errors import ConfigError


def test_a_month_has_one_before_and_other_stretches_have_none() -> None:
    assert Days.of_month("2026-01").before == Days.of_month("2025-12")
    assert str(Days.of_month("2024-02").last) == "2024-02-29"
    assert Days.between("2026-11-01", "2026-11-30") == Days.of_month("2026-11")
    assert Days.between("2026-11-02", "2026-11-30").before is None
    assert Days.between("2026-11-01", None).before is None


@pytest.mark.parametrize(
    ("since", "until"), [("2026-11-02", "2026-11-30"), ("2026-11-02", None), (None, "2026-11-30"), (None, None)]
)
@pytest.mark.parametrize("day", ["2026-11-01", "2026-11-02", "2026-11-30", "2026-12-01"])
def test_first_and_last_are_in_them(since: str | None, until: str | None, day: str) -> None:
    assert (day in Days.between(since, until)) == ((since or day) <= day <= (until or day))


@pytest.mark.parametrize(
    ("since", "until", "label"),
    [
        ("2026-11-01", "2026-11-30", "2026年11月"),
        ("2026-11-03", "2026-11-04", "2026-11-03 至 2026-11-04"),
        ("2026-11-01", None, "2026-11-01 起"),
        (None, "2026-11-30", "截至 2026-11-30"),
        (None, None, "全部日期"),
    ],
)
def test_they_are_named_for_people(since: str | None, until: str | None, label: str) -> None:
    assert Days.between(since, until).label == label


def test_what_is_no_day_is_told() -> None:
    with pytest.raises(ConfigError, match="'3.11.' is no day; write it as 2026-11-03"):
        Days.between("3.11.", None)
    with pytest.raises(ConfigError, match="'2026-13' is no month; write it as 2026-11"):
        Days.of_month("2026-13")
    with pytest.raises(ConfigError, match="2026.* is after .*; swap --since and --until"):
        Days.between("2026-11-03", "2026-11-02")
