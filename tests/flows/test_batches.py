"""Division of a stage's calls into batches."""

import pytest

from callqa.settings import FlowSettings, Settings
from flows.stages import STAGES
from services.context import open_context


@pytest.mark.parametrize(
    ("n_calls", "workers", "n_batches", "largest"),
    [
        (0, 1, 0, 0),
        (10, 1, 1, 10),
        (16, 1, 1, 16),
        (17, 1, 2, 16),
        (10_000, 1, 159, 63),  # no more than Prefect's pages bear
        (10_000, 20, 159, 63),
        (10_000, 100, 625, 16),  # but enough for every worker, and none smaller than the settings say
        (100_000, 100, 800, 125),
    ],
)
def test_batches_are_few_and_enough_for_all_workers(
    settings: Settings, n_calls: int, workers: int, n_batches: int, largest: int
) -> None:
    flow = FlowSettings(workers=workers, transcribe_batch=16)
    with open_context(settings.model_copy(update={"flow": flow})) as context:
        batches = STAGES["transcribe"].batches(context, range(n_calls))
    assert (len(batches), max(map(len, batches), default=0)) == (n_batches, largest)
    assert [call for batch in batches for call in batch] == list(range(n_calls))
