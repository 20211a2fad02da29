"""Prefect's own settings and Dask's, set before they are imported. Anything the operator has set stays as it is."""

import os
from pathlib import Path

from callqa.private_files import make_private_folder

DEFAULTS = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",  # the default, 20, is too short for two slow cores
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",  # else each event that its server cannot be told is printed whole
    "PREFECT_CLI_PROMPT": "false",
    "DASK_LOGGING__DISTRIBUTED": "error",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "10",  # how often a batch may lose its worker; no fault of its own
}


API_URL = "PREFECT_API_URL"


def schedule_note(home: Path) -> Path:
    """A file that `callqa schedule` leaves, with the address of its server: from then on, nights depend on it."""
    return home / "prefect" / "schedule"


def prepare_prefect(home: Path) -> None:
    """Keep Prefect's files under ``home`` and its log quiet."""
    make_private_folder(home)  # people's voices and words lie in it
    folder = (home / "prefect").absolute()
    make_private_folder(folder)  # its server does not make it, and waits in vain
    for name, value in {"PREFECT_HOME": str(folder), **DEFAULTS}.items():
        os.environ.setdefault(name, value)  # noqa: TID251
