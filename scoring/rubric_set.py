"""Several rubrics side by side: each is for some calls from some day on, and no call belongs to two."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from callqa.errors import ConfigError
from callqa.keys import Scope
from scoring.rubric import Rubric
from scoring.rubric_file import find_rubric, load_rubric


@dataclass(frozen=True, slots=True)
class Entry:
    """A rubric with the calls that are its own: those in ``scope`` and in none of ``elsewhere``."""

    rubric: Rubric
    scope: Scope
    elsewhere: tuple[Scope, ...]
    """Scopes of the rubrics that come first where both are for a call."""


def load_rubric_set(names: Iterable[str | Path], checks: Collection[str] | None = None) -> tuple[Entry, ...]:
    """The rubrics of these files or ids, in that order; ``checks`` as in `load_rubric`.

    Raises `ConfigError`, also where two could claim one call.
    """
    paths = [find_rubric(name) for name in names]
    if not paths:
        raise ConfigError("rubric.none")
    rubrics = [load_rubric(path, checks) for path in paths]
    for (path, rubric), (other_path, other) in combinations(zip(paths, rubrics, strict=True), 2):
        if (rubric.id, rubric.version) == (other.id, other.version):
            raise ConfigError("rubric.same_version", path=path, other=other_path, id=rubric.id, version=rubric.version)
        if _overlap(scope_of(rubric), scope_of(other)) and _rank(scope_of(rubric)) == _rank(scope_of(other)):
            raise ConfigError("rubric.same_calls", path=path, other=other_path)
    return share_out(rubrics)


def item_titles(rubrics: Sequence[Rubric]) -> dict[str, str]:
    """What people call the items of all rubrics, by id; of an item of several rubrics as the first one has it."""
    return {item_id: title for rubric in reversed(rubrics) for item_id, title in rubric.titles.items()}


def share_out(rubrics: Sequence[Rubric]) -> tuple[Entry, ...]:
    """Which rubric is for which calls: the one that asks for more comes first, then the later one."""
    scopes = [scope_of(rubric) for rubric in rubrics]
    return tuple(
        Entry(
            rubric,
            scope,
            tuple(other for other in scopes if _rank(other) > _rank(scope) and _overlap(scope, other)),
        )
        for rubric, scope in zip(rubrics, scopes, strict=True)
    )


def as_draft(draft: Rubric, present: Sequence[Rubric]) -> Entry:
    """The past calls that a draft is tried on; its first day is not asked for.

    A new version of a rubric that is there takes its place: what others that ask for more have now stays theirs.
    """
    scope = replace(scope_of(draft), since="")
    others = [scope_of(rubric) for rubric in present if rubric.id != draft.id]
    if len(others) == len(present):
        return Entry(draft, scope, ())
    narrower = (other for other in others if _n_named(other) > _n_named(scope) and _overlap(scope, other))
    return Entry(draft, scope, tuple(narrower))


def scope_of(rubric: Rubric) -> Scope:
    wanted = rubric.applies_to
    since = rubric.valid_from.isoformat() if rubric.valid_from else ""
    return Scope(wanted.teams, wanted.lines, wanted.directions, since)


def _rank(scope: Scope) -> tuple[int, str]:
    return _n_named(scope), scope.since


def _n_named(scope: Scope) -> int:
    return sum(map(bool, (scope.teams, scope.lines, scope.directions)))


def _overlap(first: Scope, other: Scope) -> bool:
    """Whether a call can be in both; scopes have no last day, so time does not part them."""
    pairs = ((first.teams, other.teams), (first.lines, other.lines), (first.directions, other.directions))
    return all(not mine or not theirs or set(mine) & set(theirs) for mine, theirs in pairs)
