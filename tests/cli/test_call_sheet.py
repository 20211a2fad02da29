"""One call on paper: which words of a call stand beside a verdict."""

from io import StringIO

import pytest
from rich.console import Console
from synthetic import SAID

from callqa.settings import Settings
from callqa.types import Evidence
from cli.call_sheet import show_call
from services.context import RubricContext, open_context
from store.tables.calls import finding

TEXTS = [text for _, text in SAID]
WHOLE = [Evidence(n, 0, len(TEXTS[n]), 6.0 * n, 6.0 * n + 5, TEXTS[n]) for n in (0, 2, 4, 6)]
PART = Evidence(2, 2, 8, 13.0, 15.0, TEXTS[2][2:8])
CASES = {
    "turns that were searched": (WHOLE, "", ""),
    "words that were said": ([PART], PART.quote, "00:13"),
    "a turn or two that show it": (WHOLE[:2], f"{TEXTS[0]} / {TEXTS[2]}", "00:00"),
}


@pytest.mark.usefixtures("chinese")
def test_a_verdict_stands_beside_what_proves_it(scored: Settings) -> None:
    with open_context(scored) as context:
        for case, (evidence, quoted, at) in CASES.items():
            with context.store.write() as c:
                c.execute(finding.update().values(evidence=tuple(evidence)))
            assert set(times_and_quotes(context)) == {(at, quoted)}, case


def times_and_quotes(context: RubricContext) -> list[tuple[str, str]]:
    show_call(context, "call-0001", console := Console(record=True, width=2000, file=StringIO()))
    rows = [line.split("│") for line in console.export_text().splitlines() if line.startswith("│")]
    assert len(rows) > 10
    return [(cells[-3].strip(), cells[-2].strip()) for cells in rows]
