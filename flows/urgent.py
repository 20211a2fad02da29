"""Urgent calls: transcribed, checked and scored at once, by the stages of the night and beside it.

No lease is needed: each stage may be done twice, at any time, and a night that works meanwhile finds the rows there.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from rich.console import Console

from callqa.errors import EngineError
from flows import stages
from services.calls.call_list import list_calls
from services.context import RubricContext, RubricSet
from store.calls import read, urgent

log = logging.getLogger(__name__)
AT_ONCE = 16
"""Calls that are worked on before others that came meanwhile are looked for."""


def work_urgent(
    rubric_set: RubricSet, tell: Callable[[], None], now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> int:
    """Does the calls that wait, the oldest first; how many. ``tell``: called once they are scored, before lists follow.

    A call that cannot be transcribed stands among the failures, as after a night, and the next night tries it again.
    """
    store = rubric_set[0].store
    with store.read() as c:
        waiting = urgent.urgent_calls(c, AT_ONCE)
    if not waiting:
        return 0
    started = time.monotonic()
    for context in rubric_set:
        with store.read() as c:
            mine = sorted(read.covered_ids(c, waiting, context.keys))
        if mine:
            _work(context, mine)
    with store.write() as c:
        urgent.end_urgent(c, waiting, now())
    tell()
    list_calls(rubric_set, Console(quiet=True))
    for context in rubric_set:
        if ids := sorted(set(stages.INDEX.pending(context)) & set(waiting)):
            stages.INDEX.work(context, ids)
    log.info("urgent calls done", extra={"n": len(waiting), "seconds": round(time.monotonic() - started, 1)})
    return len(waiting)


def _work(context: RubricContext, ids: list[int]) -> None:
    """The stages of the night, of these calls alone."""
    judge = bool(context.settings.judge.url)
    stages.TRANSCRIBE.work(context, ids)
    if judge and context.asking:
        stages.ASK.work(context, ids)
    stages.CHECK.work(context, ids)
    if judge and context.opining:
        stages.OPINION.work(context, ids)
    stages.SCORE.work(context, ids)


def is_ready(context: RubricContext) -> bool:
    """Whether the speech model is loaded, so that the first call does not wait for it."""
    try:
        stages.load_transcriber(context.settings.asr)
    except EngineError as error:
        log.error("no speech engine: %s", error)
        return False
    return True
