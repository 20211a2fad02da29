"""Files that the settings name (keys, rubrics, checks, rules, lists, plans), read as a night reads them.

A night begins with the same, and ends at once where something cannot be used; nobody is up then.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from asr.hotwords import own_hotwords
from callqa.encryption import keyring
from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.settings import Settings
from qa_models import load_checks
from scoring import Rubric, load_rubric_set
from scoring.review.assignment_rules import load_rules
from scoring.review.workdays import load_calendar
from scoring.rubric_set import item_titles
from scoring.sampling.plan_file import load_plan
from services.retention.keyed import keyed_hash
from services.roster.file import read_roster
from services.trust.gate import known_floors


def unusable(settings: Settings, anything_erased: bool = False) -> list[Message]:
    """Why something cannot be used. What names items of the rubrics is only looked at where those can be read.

    ``anything_erased``: whether the key is needed by which erased calls are known again.
    """
    rubrics: list[Rubric] = []

    def read_rubrics() -> None:
        rubrics.extend(entry.rubric for entry in load_rubric_set(settings.rubrics, load_checks(*settings.checks)))

    alone: list[Callable[[], object]] = [
        partial(keyring, settings.encryption),
        partial(own_hotwords, settings.asr),
        partial(read_roster, settings.ingest.roster),
        partial(load_calendar, settings.review.holidays),
        read_rubrics,
    ]
    if anything_erased:
        alone.append(partial(keyed_hash, settings))
    complaints = [why for look in alone for why in _complaint(look)]
    return (
        complaints + [why for look in _of_rubrics(settings, rubrics) for why in _complaint(look)]
        if rubrics
        else complaints
    )


def _of_rubrics(settings: Settings, rubrics: Sequence[Rubric]) -> Iterator[Callable[[], object]]:
    rules, floors = settings.review.rules, settings.golden.floors
    titles = item_titles(rubrics)
    if rules:
        yield partial(load_rules, rules, titles)
    if floors:
        yield partial(known_floors, floors, rubrics)
    for plan in settings.sampling.plans:
        yield partial(load_plan, plan, titles.keys())


def _complaint(look: Callable[[], object]) -> Iterator[Message]:
    try:
        look()
    except ConfigError as error:
        yield error.message
