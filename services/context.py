"""The composition root: settings in, the context of every rubric out, checked against each other before work starts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from asr import engine_key
from callqa.encryption import keyring
from callqa.errors import CallQAError, ConfigError
from callqa.keys import RubricKeys, content_key
from callqa.private_files import make_private_folder
from callqa.records import ItemTrust
from callqa.scores import CallScore
from callqa.settings import Settings, load_settings
from qa_models import Check, load_checks
from qa_models.judge.asked import Judge, asks
from qa_models.personal.check import PersonalCheck
from scoring import Rubric, load_rubric, load_rubric_set, score_sheet
from scoring.agreement.trust import Standing, advisory_items, standing
from scoring.rubric_items import Item
from scoring.rubric_set import Entry, as_draft, item_titles
from services.configuration.publications import Source, source_of, with_published
from services.judge.opinion_checks import opining_checks, refuse_unknown_opinions
from services.learning.models import ModelKeys, models_looked_at, models_of_runs, open_versions
from store import Store, open_store
from store.calls import read, registry, trust
from store.db.health import is_missing


@dataclass(frozen=True)
class RubricContext:
    """The context of a rubric: what work under it needs. The speech model is loaded by the first recording alone."""

    settings: Settings
    store: Store
    rubric: Rubric
    checks: dict[str, Check]
    """The checks the rubric needs, by id."""
    keys: RubricKeys
    advisory: frozenset[str] = frozenset()
    """Ids of the items whose violations are only suggestions for a person."""
    personal: PersonalCheck = PersonalCheck()
    """Runs beside ``checks``, whatever the rubric."""
    models: ModelKeys = ()
    """The versions of models that the checks ask in place of the shipped ones."""
    source: Source | None = None
    """From where ``settings`` come; ``None`` where they were given as they are."""

    def sheet(self, stored: read.StoredScore) -> CallScore:
        """The score sheet behind a stored score."""
        return score_sheet(stored.call_id, stored.verdicts, self.rubric, self.advisory, stored.manual_points)

    def trusting(self, trusts: Mapping[str, ItemTrust]) -> "RubricContext":
        """The context with those items advisory that these figures do not let deduct."""
        items = advisory_items(self.rubric, trusts, self.asked_items)
        keys = replace(self.keys, trust_key=content_key(sorted(items)) if items else "")
        return replace(self, advisory=items, keys=keys)

    def standing(self, item: Item, trust: ItemTrust | None) -> Standing:
        """What a machine's violation of the item does, with these figures."""
        return standing(item, trust, asked=item.id in self.asked_items)

    @cached_property
    def asking(self) -> tuple[Check, ...]:
        """The checks that rest on a question to a language model."""
        return tuple(check for check in self.checks.values() if asks(check.describe()))

    @cached_property
    def asked_items(self) -> frozenset[str]:
        """Ids of the items that need such a check."""
        ids = {check.id for check in self.asking}
        return frozenset(item.id for item in self.rubric.items if not ids.isdisjoint(item.needs))

    def only_question(self, item: Item) -> Check | None:
        """The check of an item that needs no other, where that is a question to a language model."""
        check = self.checks[item.needs[0]]
        return check if len(item.needs) == 1 and asks(check.describe()) else None

    @cached_property
    def opining(self) -> tuple[Check, ...]:
        """The checks on whose unsure findings a language model is asked for a second opinion."""
        settings = self.settings.judge
        return opining_checks(settings.second_opinions, self.rubric, self.checks) if settings.url else ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.timezone)


RubricSet = Sequence[RubricContext]
"""The contexts of the rubrics of the settings, over one store and in their order; each has calls of its own."""


def settings_in_use() -> Settings:
    """The settings of a database that is there, for commands whose "there is none" people act upon.

    Raises `ConfigError`: with a slip in the home, a new and empty database would answer.
    """
    settings = load_settings()
    if is_missing(settings.database):
        raise ConfigError("database.missing", path=settings.database.removeprefix("sqlite:///"))
    return settings


@contextmanager
def open_rubric_set(
    settings: Settings, *, for_run: bool = False, models: ModelKeys | None = None, source: Source | None = None
) -> Iterator[tuple[RubricContext, ...]]:
    """A context for each rubric that is in use, over one store. Raises `ConfigError` and `StoreError`.

    ``for_run``: with the versions of models and the rubrics that were chosen, instead of those whose findings there
    are. ``models``, ``source``: with these, as another process has them.
    """
    _refuse_unusable(settings)  # told before a database is made
    make_private_folder(settings.home)  # people's voices and words lie in it
    store = open_store(settings.database)
    try:
        yield contexts_over(settings, store, for_run=for_run, models=models, source=source)
    finally:
        store.close()


def contexts_over(
    settings: Settings,
    store: Store,
    *,
    for_run: bool = False,
    models: ModelKeys | None = None,
    source: Source | None = None,
) -> tuple[RubricContext, ...]:
    """The same over a store that is open already."""
    source = source or source_of(settings, store, datetime.now(settings.zone).date(), for_run=for_run)
    in_use = with_published(settings, store, source)
    library, entries = _refuse_unusable(in_use)
    contexts = [replace(_context(in_use, store, entry, library), source=source) for entry in entries]
    if models is None:
        with store.read() as connection:
            models = models_of_runs(connection) if for_run else models_looked_at(connection)
    return tuple(_registered(with_models(context, models)) for context in contexts)


def _refuse_unusable(settings: Settings) -> tuple[dict[str, Check], tuple[Entry, ...]]:
    """The checks and the rubrics of the settings. Raises `ConfigError`."""
    library = _library(settings)
    entries = load_rubric_set(settings.rubrics, library)
    refuse_unknown_opinions(settings.judge.second_opinions, [entry.rubric for entry in entries], library)
    keyring(settings.encryption)
    return library, entries


@contextmanager
def open_context(settings: Settings) -> Iterator[RubricContext]:
    """The context of the one rubric that the settings name; of its versions, the one of today.

    Raises `ConfigError`, also when the settings name several.
    """
    if len(settings.rubrics) > 1:
        raise ConfigError("rubric.several", first=settings.rubrics[0], rubrics=settings.rubrics)
    with open_rubric_set(settings) as (context, *_other_versions):
        yield context


@contextmanager
def open_context_for(settings: Settings, call_id: str) -> Iterator[RubricContext]:
    """The context whose rubric is for the call. Raises `ConfigError`, `StoreError`, and `CallQAError` without one."""
    with open_rubric_set(settings) as rubric_set:
        yield context_for(rubric_set, call_id)


def draft_context(rubric_set: RubricSet, name: str, checks: Iterable[Path] = ()) -> RubricContext:
    """A context under a draft that is registered nowhere: for looking, not for storing.

    ``checks``: files of checks that the draft brings along. What only suggests today does so under the draft. Raises
    `ConfigError`.
    """
    present = rubric_set[0]
    settings = present.settings.model_copy(update={"checks": (*present.settings.checks, *checks)})
    library = _library(settings, present.store, present.models)
    entry = as_draft(load_rubric(name, library), [context.rubric for context in rubric_set])
    context = replace(_context(settings, present.store, entry, library), models=present.models)
    advisory_today = frozenset[str]().union(*(context.advisory for context in rubric_set))
    return replace(context, advisory=advisory_today & context.rubric.titles.keys())


def _library(settings: Settings, store: Store | None = None, models: ModelKeys = ()) -> dict[str, Check]:
    """``models``: versions in ``store``."""
    versions: ModelKeys = ()
    if store is not None and models:
        with store.read() as connection:
            versions = open_versions(connection, models)
    return load_checks(*settings.checks, judge=Judge.of(settings.judge), models=versions)


def with_models(context: RubricContext, models: ModelKeys) -> RubricContext:
    """The context whose checks ask these versions; it may be unknown to the store. Raises `StoreError`."""
    if models == context.models:
        return context
    library = _library(context.settings, context.store, models)
    checks = {check_id: library[check_id] for check_id in context.checks}
    keys = replace(context.keys, check_keys=tuple(sorted(check.key for check in checks.values())))
    return replace(context, checks=checks, keys=keys, models=models)


def _context(settings: Settings, store: Store, entry: Entry, library: Mapping[str, Check]) -> RubricContext:
    rubric = entry.rubric
    checks = {check_id: library[check_id] for check_id in rubric.check_ids}
    keys = RubricKeys(
        engine_key(settings.asr),
        tuple(sorted(check.key for check in checks.values())),
        rubric.key,
        scope=entry.scope,
        elsewhere=entry.elsewhere,
    )
    return RubricContext(settings, store, rubric, checks, keys)


def _registered(context: RubricContext) -> RubricContext:
    """The context, known to its store, with the trust that was measured under its rubric."""
    rubric = context.rubric
    checks = {check.key: check.describe() for check in context.checks.values()}
    with context.store.read() as connection:
        known = read.is_registered(connection, rubric.key, checks)
    if not known:
        with context.store.write() as connection:
            registry.register_rubric(connection, rubric.id, rubric.version, rubric.key, rubric.model_dump(mode="json"))
            registry.register_checks(connection, checks)
    return with_measured_trust(context)


def contexts_of_now(settings: Settings, rubric_set: RubricSet) -> RubricSet:
    """The same contexts, or others where something was published since, or another version's first day has come.

    Raises `ConfigError`.
    """
    store = rubric_set[0].store
    source = source_of(settings, store, datetime.now(settings.zone).date(), for_run=False)
    return rubric_set if source == rubric_set[0].source else contexts_over(settings, store, source=source)


def up_to_date(context: RubricContext) -> RubricContext:
    """The context with the models and the trust that hold now."""
    with context.store.read() as connection:
        models = models_looked_at(connection)
    return with_measured_trust(context) if models == context.models else _registered(with_models(context, models))


def with_measured_trust(context: RubricContext) -> RubricContext:
    """The context with those items advisory that the trust measured last does not let deduct."""
    with context.store.read() as connection:
        return context.trusting(trust.trusts(connection, context.rubric.key))


def context_for(rubric_set: RubricSet, call_id: str) -> RubricContext:
    """The context whose rubric is for the call; a single one is for all. Raises `CallQAError`."""
    if len(rubric_set) == 1:
        return rubric_set[0]
    with rubric_set[0].store.read() as connection:
        for context in rubric_set:
            if read.covers(connection, call_id, context.keys):
                return context
    raise CallQAError("call.of_no_rubric", call=call_id)


def titles_of(rubric_set: RubricSet) -> dict[str, str]:
    """What people call the items of all rubrics, by id; of an item of several rubrics as the first one has it."""
    return item_titles([context.rubric for context in rubric_set])
