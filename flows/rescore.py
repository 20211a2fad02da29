"""The re-score flow: past calls under another rubric, without any speech recognition."""

from prefect import flow

from callqa.settings import load_settings
from flows.night import RESCORE
from flows.prefect_tasks import publish, task_batches
from flows.runner import run_night
from services.console import wide_console
from services.context import open_rubric_set
from services.upkeep.logs import start_logging


@flow(name="rescore", persist_result=False)
def rescore(rubric: str | None = None) -> dict[str, object]:
    """Score all stored calls under ``rubric`` (the settings' by default), running only checks it newly needs."""
    settings = load_settings(rubric=rubric)
    start_logging(settings.log)
    with open_rubric_set(settings, for_run=True) as rubric_set, task_batches(settings.flow) as run_batches:
        reports = run_night(rubric_set, "rescore", RESCORE, run_batches, wide_console())
        return publish(reports, "rescore-report")
