"""Working days against the announced calendar of 2026, and mistakes in a calendar of one's own."""

import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.errors import ConfigError
from scoring import load_rubric
from scoring.review.assignment_rules import load_rules
from scoring.review.workdays import load_calendar

CALENDAR = load_calendar()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-01-01", False),  # 元旦
        ("2026-01-02", False),  # a Friday, free in exchange for ...
        ("2026-01-04", True),  # ... this Sunday
        ("2026-02-14", True),  # the Saturday before 春节 is worked
        ("2026-02-15", False),
        ("2026-02-23", False),  # a Monday
        ("2026-02-24", True),
        ("2026-02-28", True),  # a Saturday
        ("2026-04-06", False),  # 清明节
        ("2026-05-09", True),  # a Saturday
        ("2026-09-20", True),  # the Sunday that is worked for 国庆节
        ("2026-09-25", False),  # 中秋节
        ("2026-09-28", True),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),  # a Saturday
        ("2026-10-11", False),
        ("2026-11-25", True),
    ],
)
def test_days_of_2026(day: str, works: bool) -> None:
    assert CALENDAR.is_working(date.fromisoformat(day)) == works


def test_2026_has_the_days_off_that_were_announced() -> None:
    announced = {"元旦": 3, "春节": 9, "清明节": 3, "劳动节": 5, "端午节": 3, "中秋节": 3, "国庆节": 7}
    assert len(CALENDAR.holidays) == sum(announced.values())
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    # 365 days, 104 on weekends, 13 statutory days off; swaps move working days and make none.
    assert sum(map(CALENDAR.is_working, year)) == 248


@pytest.mark.parametrize(
    ("published", "n", "due"),
    [
        ("2026-11-25", 3, "2026-11-30"),  # over a plain weekend
        ("2026-02-13", 3, "2026-02-25"),  # Friday: Saturday the 14th is worked, then nine days off
        ("2026-09-30", 3, "2026-10-10"),  # 国庆节, then Thursday, Friday and a worked Saturday
        ("2026-10-10", 1, "2026-10-12"),
        ("2026-10-03", 1, "2026-10-08"),  # published on a holiday
    ],
)
def test_deadlines(published: str, n: int, due: str) -> None:
    assert CALENDAR.after(date.fromisoformat(published), n) == date.fromisoformat(due)


def test_a_year_nobody_announced_has_weekends_only() -> None:
    new_year = date(2027, 1, 1)
    assert CALENDAR.is_working(new_year)
    assert CALENDAR.after(date(2026, 12, 30), 3) == date(2027, 1, 4)
    assert not CALENDAR.covers(new_year)
    assert CALENDAR.covers(date(2026, 12, 31))


@given(st.dates(date(2025, 6, 1), date(2027, 6, 1)), st.integers(1, 30))
def test_counting_forward_and_counting_between_agree(day: date, n: int) -> None:
    due = CALENDAR.after(day, n)
    assert CALENDAR.is_working(due)
    assert CALENDAR.between(day, due) == n
    assert CALENDAR.between(day, due - timedelta(days=1)) == n - 1
    assert CALENDAR.between(due, day) == 0


def test_a_year_of_ones_own(tmp_path: Path) -> None:
    mine = tmp_path / "2027.yaml"
    mine.write_text(
        "year: 2027\nsource: 通知\nholidays:\n- {name: 元旦, first: 2027-01-01, last: 2027-01-03}\n", "utf-8"
    )
    calendar = load_calendar([mine])
    assert calendar.years == {2026, 2027}
    assert calendar.after(date(2026, 12, 31), 1) == date(2027, 1, 4)


def test_a_file_that_was_mended_counts_at_once(tmp_path: Path) -> None:
    mine = tmp_path / "2027.yaml"
    text = "year: 2027\nsource: 通知\nholidays:\n- {{name: 元旦, first: 2027-01-01, last: 2027-01-0{}}}\n"
    for at, last in enumerate((3, 5)):
        mine.write_text(text.format(last), "utf-8")
        os.utime(mine, (at, at))
        assert load_calendar([mine]).is_working(date(2027, 1, 4)) is (last == 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a", r": expected a mapping with year, source, holidays, working_weekends"),
        ("year: 2027\nsource: x\nholiday: []\n", r"line 3: holiday: unknown field; did you mean 'holidays'\?"),
        (
            "year: 2027\nsource: x\nholidays:\n- {name: 元旦, frist: 2027-01-01, last: 2027-01-03}\n",
            r"line 4: holidays.0.frist: unknown field; did you mean 'first'\? allowed: name, first, last",
        ),
        (
            "year: 2027\nsource: x\nholidays:\n- {name: 元旦, first: 2027-01-03, last: 2027-01-01}\n",
            "line 4: holidays.0: 元旦 ends on 2027-01-01, before it begins on 2027-01-03",
        ),
        (
            "year: 2027\nsource: x\nholidays: []\nworking_weekends: [2027-01-04]\n",
            "2027-01-04 is no Saturday or Sunday, so it need not be in working_weekends",
        ),
        ("year: 2027\nsource: x\nholidays: []\nworking_weekends: [2077-01-02]\n", "2077-01-02 is not near the year"),
        (
            "year: 2027\nsource: x\nholidays: [{name: 元旦, first: 2027-01-01, last: 2027-01-03}]\n"
            "working_weekends: [2027-01-02]\n",
            "2027-01-02 is a holiday and a working weekend",
        ),
        ("year: 2027\nsource: x\nholidays: [{name: 元旦, first: 32.1., last: 2027-01-03}]\n", "holidays.0.first: "),
    ],
)  # fmt: skip
def test_mistakes_in_a_calendar(tmp_path: Path, text: str, message: str) -> None:
    mine = tmp_path / "2027.yaml"
    mine.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_calendar([mine])


def test_the_files_in_the_documentation_are_what_they_say(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "review.md").read_text(encoding="utf-8")
    rules, year = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "rules.yaml").write_text(rules, encoding="utf-8")
    (tmp_path / "2027.yaml").write_text(year, encoding="utf-8")
    assert len(load_rules(tmp_path / "rules.yaml", load_rubric("pudong-12345").titles).rules) == 3
    assert load_calendar([tmp_path / "2027.yaml"]).years == {2026, 2027}
