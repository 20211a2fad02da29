"""Several rubrics: which call is whose, against a plain reading of the rule, and what is refused."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic_rubrics import make
from test_rubric import VALID

from callqa.errors import ConfigError
from callqa.keys import Scope
from scoring import Rubric, load_rubric_set
from scoring.rubric_set import Entry, share_out

TEAMS, LINES, DIRECTIONS = ("早班", "晚班"), ("12345", "962288"), ("inbound", "outbound")
DAYS = [date(2026, 11, day) for day in (1, 10, 20)]


def rubric_for(**fields: object) -> Rubric:
    return make({"items": [{"id": "opening", "points": 5}]}, **fields)


def covers(scope: Scope, call: tuple[str, str, str, date]) -> bool:
    team, line, direction, day = call
    return (
        team in (scope.teams or [team])
        and line in (scope.lines or [line])
        and direction in (scope.directions or [direction])
        and day.isoformat() >= scope.since
    )


def owners(entries: Sequence[Entry], call: tuple[str, str, str, date]) -> list[str]:
    return [
        entry.rubric.version
        for entry in entries
        if covers(entry.scope, call) and not any(covers(other, call) for other in entry.elsewhere)
    ]


GENERAL, LATE, BY_LINE, NARROW, NEXT = (
    rubric_for(version="general"),
    rubric_for(version="late", applies_to={"teams": ["晚班"]}),
    rubric_for(version="by line", applies_to={"lines": ["962288"]}, valid_from=DAYS[1]),
    rubric_for(version="narrow", applies_to={"teams": ["晚班"], "directions": ["outbound"]}),
    rubric_for(version="next", valid_from=DAYS[2]),
)


@pytest.mark.parametrize(
    ("team", "line", "direction", "day", "version"),
    [
        ("早班", "12345", "inbound", DAYS[0], "general"),
        ("晚班", "12345", "inbound", DAYS[0], "late"),
        ("晚班", "12345", "outbound", DAYS[0], "narrow"),
        ("早班", "962288", "inbound", DAYS[0], "general"),  # the line's own is not valid yet
        ("早班", "962288", "inbound", DAYS[1], "by line"),
        ("晚班", "962288", "inbound", DAYS[0], "late"),
        ("晚班", "962288", "inbound", DAYS[1], "by line"),  # both name one thing; the later one
        ("晚班", "962288", "outbound", DAYS[2], "narrow"),
        ("早班", "12345", "inbound", DAYS[2], "next"),
        ("晚班", "12345", "inbound", DAYS[2], "late"),  # what names more comes first, however old
    ],
)
def test_whose_call_it_is(team: str, line: str, direction: str, day: date, version: str) -> None:
    assert owners(share_out([GENERAL, LATE, BY_LINE, NARROW, NEXT]), (team, line, direction, day)) == [version]


scopes = st.builds(
    lambda teams, lines, directions, day: rubric_for(
        applies_to={"teams": teams, "lines": lines, "directions": directions}, valid_from=day
    ),
    *(st.sampled_from([(), names[:1], names[1:], names]) for names in (TEAMS, LINES, DIRECTIONS)),
    st.sampled_from([None, *DAYS]),
)
calls = st.tuples(st.sampled_from(TEAMS), st.sampled_from(LINES), st.sampled_from(DIRECTIONS), st.sampled_from(DAYS))


@given(st.lists(scopes, min_size=1, max_size=5), st.lists(calls, max_size=10))
def test_a_book_that_is_accepted_gives_no_call_to_two(
    rubrics: list[Rubric], of_day: list[tuple[str, str, str, date]]
) -> None:
    rubrics = [rubric.model_copy(update={"version": str(n)}) for n, rubric in enumerate(rubrics)]
    entries = share_out(rubrics)
    for call in of_day:
        fitting = [entry for entry in entries if covers(entry.scope, call)]
        ranks = [
            (sum(map(bool, (entry.scope.teams, entry.scope.lines, entry.scope.directions))), entry.scope.since)
            for entry in fitting
        ]
        best = [entry.rubric.version for entry, rank in zip(fitting, ranks, strict=True) if rank == max(ranks)]
        assert owners(entries, call) == best  # more than one only where `load_rubric_set` refuses the set


def put(folder: Path, name: str, version: str, more: str = "") -> Path:
    path = folder / name
    path.write_text(VALID.replace('version: "1"', f'version: "{version}"\n{more}'), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("one", "other", "refused"),
    [
        ("", "", True),
        ("", "applies_to: {teams: [晚班]}", False),
        ("", "valid_from: 2026-11-01", False),
        ("valid_from: 2026-11-01", "valid_from: 2026-11-01", True),
        ("applies_to: {teams: [早班]}", "applies_to: {teams: [晚班]}", False),
        ("applies_to: {teams: [早班, 晚班]}", "applies_to: {teams: [晚班]}", True),
        ("applies_to: {teams: [早班]}", 'applies_to: {lines: ["12345"]}', True),
        ("applies_to: {teams: [早班]}", 'applies_to: {lines: ["12345"]}\nvalid_from: 2026-11-01', False),
        ("applies_to: {directions: [inbound]}", "applies_to: {directions: [outbound]}", False),
    ],
)
def test_two_rubrics_for_one_call_are_refused(tmp_path: Path, one: str, other: str, refused: bool) -> None:
    paths = [put(tmp_path, "one.yaml", "1", one), put(tmp_path, "other.yaml", "2", other)]
    if refused:
        with pytest.raises(ConfigError, match="one.yaml and .*other.yaml are for the same calls"):
            load_rubric_set(paths)
    else:
        assert [entry.rubric.version for entry in load_rubric_set(paths)] == ["1", "2"]


def test_a_rubric_is_named_once(tmp_path: Path) -> None:
    path_of_one = put(tmp_path, "one.yaml", "1")
    other = put(tmp_path, "other.yaml", "1", "valid_from: 2026-11-01")
    with pytest.raises(ConfigError, match="one.yaml and .*other.yaml are both rubric mine 1; leave one out"):
        load_rubric_set([path_of_one, other])
    with pytest.raises(ConfigError, match="no rubric is named"):
        load_rubric_set([])


def test_checks_must_exist(tmp_path: Path) -> None:
    path = put(tmp_path, "one.yaml", "1")
    assert load_rubric_set([path], ["opening", "attitude"])
    with pytest.raises(ConfigError, match=r"one.yaml, line 18: item attitude needs check 'attitude', which no library"):
        load_rubric_set([path], ["opening", "altitude"])
