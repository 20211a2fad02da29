"""The nightly flow: what is new since the last night is transcribed, checked, scored and reported."""

from prefect import flow

from callqa.settings import load_settings
from flows.night import NIGHTLY
from flows.prefect_away import go_on_without_if_away
from flows.prefect_tasks import ctrl_c_is_heeded, publish, task_batches
from flows.runner import run_night
from flows.step import Intake
from services.console import wide_console
from services.context import open_rubric_set
from services.upkeep.logs import start_logging


@flow(name="nightly", persist_result=False)
def nightly(manifest: str, recordings: str | None = None, replace: bool = False) -> dict[str, object]:
    """Take in the calls of ``manifest`` and bring every stage up to date. Returns counts."""
    intake, console = Intake(manifest, recordings, replace), wide_console()
    settings = load_settings()
    start_logging(settings.log)  # after Prefect's own
    with (
        go_on_without_if_away(intake, console),
        open_rubric_set(settings, for_run=True) as rubric_set,
        task_batches(settings.flow) as run_batches,
        ctrl_c_is_heeded(settings.asr),
    ):
        reports = run_night(rubric_set, "nightly", NIGHTLY, run_batches, console, intake)
        return publish(reports, "nightly-report")
