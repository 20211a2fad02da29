"""The reports of months: which are out of date, and writing them anew."""

from collections.abc import Sequence
from pathlib import Path

from callqa.days import Days
from reports.export import export_folder, write_export
from services.context import Run
from store.calls import pending, write


def report_path(run: Run, period: str) -> Path:
    """Where the month's workbook lies, with its CSV files beside it."""
    return export_folder(run, Days.of_month(period)) / f"callqa-{period}.xlsx"


def write_report(run: Run, period: str) -> None:
    """Writes the workbook and the CSV files of the month."""
    write_export(run, Days.of_month(period), {"xlsx", "csv"})


def write_changed_reports(run: Run) -> None:
    """Those of the months whose scores are not the ones their reports were written from.

    Only what is written is remembered as written, so a run that dies here leaves the rest to the next one.
    """
    with run.store.read() as connection:
        changed = pending.to_report(connection, run.keys)
    for period, stamp in changed.items():
        write_report(run, period)
        with run.store.write() as connection:
            write.stamp_month(connection, period, run.keys.rubric_key, stamp)


def write_all_changed_reports(book: Sequence[Run]) -> None:
    """Those of every rubric."""
    for run in book:
        write_changed_reports(run)
