"""The composition root: settings in, everything a run needs out, checked against each other before any work starts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from asr import engine_key
from callqa.errors import ConfigError
from callqa.keys import RunKeys
from callqa.settings import Settings
from callqa.types import CallScore
from qa_models import Check, load_checks
from scoring import Rubric, load_rubric, score_sheet
from store import Store, open_store, read, write


@dataclass(frozen=True)
class Run:
    """What one run works with. Loads no speech model: that happens when the first recording needs it."""

    settings: Settings
    store: Store
    rubric: Rubric
    checks: dict[str, Check]
    """The checks the rubric needs, by id."""
    keys: RunKeys
    suggesting: frozenset[str] = frozenset()
    """Ids of the items whose violations are only suggestions for a person."""

    def sheet(self, stored: read.StoredScore) -> CallScore:
        """The score sheet behind a stored score."""
        return score_sheet(stored.call_id, stored.verdicts, self.rubric, self.suggesting, stored.manual_points)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.timezone)


@contextmanager
def open_run(settings: Settings) -> Iterator[Run]:
    """A run over the settings' store, rubric and checks. Raises `ConfigError` and `StoreError`."""
    rubric = load_rubric(settings.rubric)
    checks = _needed_checks(rubric, settings.checks)
    keys = RunKeys(engine_key(settings.asr), tuple(sorted(check.key for check in checks.values())), rubric.key)
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)  # people's voices and words lie in it
    store = open_store(settings.database)
    try:
        with store.write() as connection:
            write.register_rubric(connection, rubric.id, rubric.version, rubric.key, rubric.model_dump(mode="json"))
            write.register_checks(connection, {check.key: check.describe() for check in checks.values()})
        yield Run(settings, store, rubric, checks, keys)
    finally:
        store.close()


def _needed_checks(rubric: Rubric, extra: Path | None) -> dict[str, Check]:
    library = load_checks(extra)
    missing = [check_id for check_id in rubric.check_ids if check_id not in library]
    if missing:
        raise ConfigError(
            f"rubric {rubric.id} {rubric.version} needs checks that no library has: {', '.join(missing)}; "
            f"add them to your checks file or take one of {', '.join(library)}"
        )
    return {check_id: library[check_id] for check_id in rubric.check_ids}
