"""The nightly flow: what is new since the last night is transcribed, checked, scored and reported."""

from prefect import flow
from prefect.artifacts import create_table_artifact

from callqa.settings import load_settings
from flows.batching import as_tasks
from flows.conductor import NIGHT, Intake, conduct
from flows.console import wide_console
from flows.report import write_reports
from flows.wiring import open_run


@flow(name="nightly", persist_result=False)
def nightly(manifest: str, recordings: str | None = None, replace: bool = False) -> dict[str, object]:
    """Take in the calls of ``manifest`` and bring every stage up to date. Returns counts."""
    with open_run(load_settings()) as run:
        report = conduct(run, "nightly", NIGHT, as_tasks, wide_console(), Intake(manifest, recordings, replace))
        write_reports(run, report.months)
    create_table_artifact(key="nightly-report", table=report.table())
    return report.counts()
