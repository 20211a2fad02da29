"""The checks on whose unsure findings a language model is asked for a second opinion, by the ids of the settings."""

from collections.abc import Mapping, Sequence

from callqa.errors import ConfigError
from callqa.yaml_file import did_you_mean
from qa_models import Check
from qa_models.judge.opinion import words_decide
from scoring import Rubric

ALL = "all"


def opining_checks(names: Sequence[str], rubric: Rubric, checks: Mapping[str, Check]) -> tuple[Check, ...]:
    """Of the rubric's ``checks``, by the names of checks or items; ``all``: each that words decide."""
    wanted = set(names)
    for item in rubric.items:
        if item.id in wanted:
            wanted.update(item.needs)
    return tuple(check for check in checks.values() if (ALL in wanted or check.id in wanted) and words_decide(check))


def refuse_unknown_opinions(names: Sequence[str], rubrics: Sequence[Rubric], library: Mapping[str, Check]) -> None:
    """Raises `ConfigError` for a name that is of no check and no item, and for one that words do not decide."""
    items = {item.id: item.needs for rubric in rubrics for item in rubric.items}
    for name in names:
        if name == ALL:
            continue
        if name not in items and name not in library:
            known = (ALL, *items, *library)
            raise ConfigError("judge.opinion_unknown", name=name, hint=did_you_mean(name, known))
        needs = (*items.get(name, ()), *((name,) if name in library else ()))
        if not any(words_decide(library[check_id]) for check_id in needs):
            raise ConfigError("judge.opinion_beyond_words", name=name)
