"""Files of each subject: how one is read, what it is called, and the text of what is in use now."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from callqa.configuration import Content, Subject
from callqa.errors import ConfigError
from callqa.keys import content_key
from callqa.yaml_file import read_model, read_yaml
from qa_models import Check, load_checks
from qa_models.judge.asked import Judge
from scoring import Rubric, load_rubric
from scoring.review.assignment_rules import Rules, load_rules
from scoring.review.workdays import CALENDARS, Year
from scoring.rubric_file import find_rubric
from scoring.sampling import SamplePlan, load_plan, shipped_plans
from scoring.sampling.plan_file import PLANS
from services.configuration.retention_file import RetentionTimes, times_of
from services.context import RubricSet, titles_of

SOURCE = "国务院办公厅通知"
NO_RULES = "rules:\n- match: {}\n  reviewers: []\n"
MODELS: dict[Subject, type[BaseModel]] = {
    "rubric": Rubric, "plan": SamplePlan, "rules": Rules, "holidays": Year, "retention": RetentionTimes,
}  # fmt: skip
DRAFT, CHECKS = "draft.yaml", "checks.yaml"


def dumped(value: BaseModel) -> str:
    """The YAML of a value; what has its default is left out. Read back it is the same value."""
    return dumped_document(value.model_dump(mode="json", exclude_defaults=True, by_alias=True))


def dumped_document(document: Any) -> str:
    """As people write it: what is there twice is written twice."""
    return yaml.dump(document, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120)


class _Plain(yaml.SafeDumper):
    """Without aliases, which people would have to look up."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@contextmanager
def as_files(content: Content) -> Iterator[tuple[Path, tuple[Path, ...]]]:
    """The text, and the checks where there are any, as files for as long as they are looked at."""
    with tempfile.TemporaryDirectory() as folder:
        path, checks = Path(folder, DRAFT), Path(folder, CHECKS)
        path.write_text(content.text, encoding="utf-8")
        checks.write_text(content.checks, encoding="utf-8")
        yield path, (checks,) if content.checks.strip() else ()


def read_content(rubric_set: RubricSet, content: Content) -> Any:
    """The value of a text, as a night reads it. Raises `ConfigError` with the line of what is wrong."""
    titles = titles_of(rubric_set)
    with as_files(content) as (path, checks):
        match content.subject:
            case "rubric":
                return load_rubric(path, library_of(rubric_set, *checks))
            case "plan":
                return load_plan(path, titles.keys())
            case "rules":
                return load_rules(path, titles)
            case _:
                return read_model(path, MODELS[content.subject])


def library_of(rubric_set: RubricSet, *more: Path) -> dict[str, Check]:
    """The checks that there are, with those of more files. Raises `ConfigError`."""
    settings = rubric_set[0].settings
    return load_checks(*settings.checks, *more, judge=Judge.of(settings.judge))


def name_of(content: Content, value: Any) -> str:
    """What the value calls itself, where it is one of several."""
    match content.subject:
        case "rubric" | "plan":
            return str(value.id)
        case "holidays":
            return str(value.year)
        case _:
            return ""


def key_of(value: BaseModel) -> str:
    """Of a rubric or plan its own key."""
    key = getattr(value, "key", None)
    return str(key) if key else content_key(value.model_dump(mode="json", exclude_defaults=True))


def present_text(rubric_set: RubricSet, subject: Subject, name: str) -> str:
    """The text of what is in use; of what is not there yet, one to begin with. Raises `ConfigError`."""
    settings = rubric_set[0].settings
    path_of: Callable[[], Path | None] = {
        "rubric": lambda: _rubric_path(rubric_set, name),
        "plan": lambda: _plan_path(rubric_set, name),
        "rules": lambda: settings.review.rules,
        "holidays": lambda: _calendar_path(rubric_set, name),
        "retention": lambda: None,
    }[subject]
    if subject == "retention":
        return dumped(times_of(settings.retention))
    path = path_of()
    if path is None:
        return NO_RULES if subject == "rules" else _to_begin_with(subject, name)
    read_yaml(path)
    return path.read_text(encoding="utf-8")


def _rubric_path(rubric_set: RubricSet, name: str) -> Path | None:
    """Of the newest version."""
    paths = [find_rubric(each) for each in rubric_set[0].settings.rubrics]
    mine = [(context.rubric.valid_from, path) for context, path in zip(rubric_set, paths, strict=True)
            if context.rubric.id == name]  # fmt: skip
    if not mine:
        raise ConfigError("configuration.unknown", name=name)
    return max(mine, key=lambda pair: (pair[0] is not None, pair[0]))[1]


def _plan_path(rubric_set: RubricSet, name: str) -> Path | None:
    for each in rubric_set[0].settings.sampling.plans:
        if load_plan(each).id == name:
            return PLANS / f"{each}.yaml" if each in shipped_plans() else Path(each)
    return PLANS / f"{name}.yaml" if name in shipped_plans() else None


def _calendar_path(rubric_set: RubricSet, name: str) -> Path | None:
    paths = (*sorted(CALENDARS.glob("*.yaml")), *rubric_set[0].settings.review.holidays)
    return next((path for path in reversed(paths) if str(read_model(path, Year).year) == name), None)


def _to_begin_with(subject: Subject, name: str) -> str:
    if subject == "plan":
        return dumped_document({"id": name, "title": name, "every": "week", "per_agent": {"n": 3}})
    return dumped_document({"year": int(name) if name.isdigit() else name, "source": SOURCE, "holidays": []})


def entries_of(checks: str) -> list[dict[str, Any]]:
    """The entries of a draft's checks, as they are written."""
    return list(yaml.safe_load(checks) or []) if checks.strip() else []


def read_entries(rubric_set: RubricSet, checks: str) -> dict[str, Check]:
    """The checks that a draft brings along. Raises `ConfigError`."""
    settings = rubric_set[0].settings
    with as_files(Content("rubric", "", "", checks)) as (_, paths):
        library = load_checks(*settings.checks, *paths, judge=Judge.of(settings.judge))
    return {entry["id"]: library[entry["id"]] for entry in entries_of(checks)}
