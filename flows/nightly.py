"""The nightly flow: what is new since the last night is transcribed, checked, scored and reported."""

from prefect import flow

from callqa.settings import load_settings
from flows.batching import as_tasks, publish
from flows.conductor import NIGHT, Intake, conduct_book
from flows.console import wide_console
from flows.wiring import open_book


@flow(name="nightly", persist_result=False)
def nightly(manifest: str, recordings: str | None = None, replace: bool = False) -> dict[str, object]:
    """Take in the calls of ``manifest`` and bring every stage up to date. Returns counts."""
    intake = Intake(manifest, recordings, replace)
    with open_book(load_settings()) as book:
        done = conduct_book(book, "nightly", NIGHT, as_tasks, wide_console(), intake)
        return publish(done, "nightly-report")
