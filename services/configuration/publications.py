"""Publications in use: the settings with what was published at the desk in place of the files that they name.

What is published is kept in the database, for all machines, and written out as files, which are read like any others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from callqa.configuration import Publication, Subject
from callqa.keys import content_key
from callqa.private_files import make_private_folder
from callqa.settings import Settings
from callqa.yaml_file import plain, read_yaml
from scoring import Rubric, load_rubric
from scoring.rubric_file import find_rubric
from scoring.sampling.plan_file import load_plan
from services.configuration.retention_file import read_retention
from services.new_files import write_whole
from store import Store
from store.people import configuration

FOLDER = "published"
Texts = Sequence[Publication]


@dataclass(frozen=True, slots=True)
class Source:
    """From where the settings of a context come, so that another process finds the same ones."""

    rubric: str
    """As the settings themselves name it."""
    upto: int
    """The last publication that counts for rubrics."""
    last: int
    """The last publication of all, for the rest."""
    today: date


def source_of(settings: Settings, store: Store, today: date, *, for_run: bool) -> Source:
    """``for_run``: with rubrics that take effect by the run; else those of which a run has made scores."""
    with store.read() as c:
        last = configuration.last_number(c)
        upto = last if for_run or not last else configuration.settled_number(c)
    return Source(settings.rubric, upto, last, today)


def with_published(settings: Settings, store: Store, source: Source) -> Settings:
    """The settings, with what was published. Raises `ConfigError`."""
    if not source.last:
        return settings
    with store.read() as c:
        known = configuration.publications(c, source.last)
    return with_publications(settings, known, source)


def with_publications(settings: Settings, known: Texts, source: Source) -> Settings:
    """The same with these publications, the last of which need not be stored yet. Raises `ConfigError`."""

    def of(subject: Subject) -> list[Publication]:
        return [each for each in known if each.content.subject == subject]

    rubrics = [each for each in of("rubric") if each.pk <= source.upto]
    review, sampling = settings.review, settings.sampling
    changes: dict[str, Any] = {
        "rubric": ",".join(_rubrics(settings, rubrics, source.today)),
        "checks": (*settings.checks, *_checks(settings, rubrics)),
        "sampling": sampling.model_copy(update={"plans": _plans(settings, of("plan"))}),
        "review": review.model_copy(
            update={
                "rules": _last(settings, of("rules"), review.rules),
                "holidays": (*review.holidays, *(_file(settings, each) for each in of("holidays"))),
            }
        ),
        "retention": read_retention(_last(settings, of("retention"), None), settings.retention),
    }
    return settings.model_copy(update=changes)


def _rubrics(settings: Settings, published: Texts, today: date) -> list[str]:
    """The names of the settings, where those that were published take the place of what they were made from.

    Of one rubric, a version takes the place of those that begin on its first day or later; earlier ones keep their
    calls. A file that nothing was made from is used as it is: somebody put it there since, or asks for it.
    """
    if not published:
        return list(settings.rubrics)
    named = [(name, load_rubric(find_rubric(name))) for name in settings.rubrics]
    made_from = {key for each in published for key in (each.content.base_key, each.key)}
    names: list[str] = []
    done: set[str] = set()
    for name, rubric in named:
        if rubric.key not in made_from:
            names.append(name)
        elif rubric.id not in done:
            done.add(rubric.id)
            first = [version for version in named if version[1].id == rubric.id and version[1].key in made_from]
            files = [_file(settings, each) for each in published if each.content.name == rubric.id]
            names += _versions(first, [(str(path), load_rubric(path)) for path in files], today)
    return names


Version = tuple[str, Rubric]


def _versions(first: Sequence[Version], later: Sequence[Version], today: date) -> list[str]:
    """Those in use: the one of today first, then earlier ones, then those that are to come."""
    kept = list(first)
    for version in later:
        kept = [each for each in kept if _since(each) < _since(version)] + [version]
    begun = [name for name, rubric in reversed(kept) if _since((name, rubric)) <= today]
    return begun + [name for name, rubric in kept if _since((name, rubric)) > today]


def _since(version: Version) -> date:
    return version[1].valid_from or date.min


def _checks(settings: Settings, published: Texts) -> list[Path]:
    """One file of all entries that rubrics brought along; the last one of an id counts."""
    entries: dict[str, Any] = {}
    for each in published:
        if each.content.checks:
            path = write_text(settings, f"checks-{content_key(each.content.checks)}", each.content.checks)
            entries |= {entry["id"]: entry for entry in plain(path, read_yaml(path))}
    if not entries:
        return []
    text = yaml.safe_dump(list(entries.values()), allow_unicode=True, sort_keys=False)
    return [write_text(settings, f"checks-{content_key(text)}", text)]


def _plans(settings: Settings, published: Texts) -> tuple[str, ...]:
    """A plan that was switched off is drawn no more."""
    latest = {each.content.name: each for each in published}
    ids = {name: load_plan(name).id for name in settings.sampling.plans} if latest else {}
    names = [name for name in settings.sampling.plans if ids.get(name) not in latest]
    return (*names, *(str(_file(settings, each)) for each in latest.values() if each.content.text))


def _last(settings: Settings, published: Texts, otherwise: Path | None) -> Path | None:
    """The file of what was published last; the one of the settings where that was taken back."""
    return _file(settings, published[-1]) if published and published[-1].content.text else otherwise


def _file(settings: Settings, each: Publication) -> Path:
    content = each.content
    return write_text(settings, "-".join(filter(None, (content.subject, content.name, each.key))), content.text)


def write_text(settings: Settings, name: str, text: str) -> Path:
    """The file of this name among the published ones, which names its content; it is written where it is missing."""
    path = settings.home / FOLDER / f"{name}.yaml"
    if not path.is_file():
        make_private_folder(path.parent)
        write_whole(path, text.encode())
    return path
