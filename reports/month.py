"""Reports of months: where they lie, which are out of date, and writing them anew."""

from pathlib import Path

from callqa.days import Days
from reports.export import export_folder, write_export
from services.context import RubricContext, RubricSet
from store.calls import pending, write


def report_path(context: RubricContext, period: str) -> Path:
    """Where the month's workbook lies, with its CSV files beside it."""
    return export_folder(context, Days.of_month(period)) / f"callqa-{period}.xlsx"


def write_report(context: RubricContext, period: str) -> None:
    """Writes the workbook and the CSV files of the month."""
    write_export(context, Days.of_month(period), {"xlsx", "csv"})


def write_changed_reports(context: RubricContext) -> None:
    """Those of the months whose scores are not the ones their reports were written from.

    Only what is written is remembered as written, so a run that dies here leaves the rest to the next one.
    """
    with context.store.read() as connection:
        changed = pending.to_report(connection, context.keys)
    for period, stamp in changed.items():
        write_report(context, period)
        with context.store.write() as connection:
            write.stamp_month(connection, period, context.keys.rubric_key, stamp)


def write_all_changed_reports(rubric_set: RubricSet) -> None:
    """Those of every rubric."""
    for context in rubric_set:
        write_changed_reports(context)
