"""The re-score flow: past calls under another rubric, without any speech recognition."""

from prefect import flow
from prefect.artifacts import create_table_artifact

from callqa.settings import load_settings
from flows.batching import as_tasks
from flows.conductor import RESCORE, conduct
from flows.console import wide_console
from flows.report import write_reports
from flows.wiring import open_run


@flow(name="rescore", persist_result=False)
def rescore(rubric: str | None = None) -> dict[str, object]:
    """Score all stored calls under ``rubric`` (the settings' by default), running only checks it newly needs."""
    with open_run(load_settings(rubric=rubric)) as run:
        report = conduct(run, "rescore", RESCORE, as_tasks, wide_console())
        write_reports(run, report.months)
    create_table_artifact(key="rescore-report", table=report.table())
    return report.counts()
