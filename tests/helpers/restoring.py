"""Restores as somebody at the machine does them."""

from pathlib import Path

from keeping import NOW, QUIET

from callqa.settings import Settings
from services.upkeep.restore import Restored, restore


def restored(settings: Settings, archive: Path, force: bool = False) -> Restored:
    return restore(settings, archive, force, "os:root", NOW, QUIET)
