"""The history of runs, one run, and what could not be processed."""

from typing import Annotated

from fastapi import Form, Path, Query

from callqa.errors import StoreError
from services.runs.failures import failure_groups
from services.runs.history import night, nights
from store.runs import score_holds
from web.access.request_context import Context, NotThere
from web.access.roles import Permission
from web.routing import Area, Then
from web.runs.view import OneRun, Runs

area = Area("run")

PAGE = 30
LARGEST = 2**31 - 1
Number = Annotated[int, Query(ge=1, le=LARGEST)]


@area.page("/runs", "runs/runs.html", Permission.RUNS)
def runs(context: Context, before: Number | None = None) -> Runs:
    with context.desk.store.read() as c:
        listed = nights(c, PAGE + 1, before)
        failed = failure_groups(context.desk.rubric_set, c) if before is None else ()
    shown = tuple(listed[:PAGE])
    return Runs(shown, before is not None, shown[-1].pk if len(listed) > PAGE else None, failed)


@area.action("/runs/{pk:row}/release", Permission.DECIDE_FINAL)
def release(
    context: Context, pk: Annotated[int, Path(ge=1, le=LARGEST)], reason: Annotated[str, Form(max_length=2000)] = ""
) -> Then:
    """Publishes what the run's gate held; the next run writes the reports anew."""
    here = f"/runs/{pk}"
    if not reason.strip():
        return Then(here, context.say("请写明为什么可以发布"), "refused")
    try:
        with context.desk.store.write() as c:
            n = score_holds.release(c, pk, context.who.name, reason.strip(), context.desk.now())
    except StoreError:
        return Then(here, context.say("这次运行没有暂缓发布的得分"), "refused")
    context.log_action("scores_released", "run", pk, f"{pk}", n=n)
    return Then(here, context.say("{n} 通电话的得分已发布", n=n))


@area.page("/runs/{pk:row}", "runs/run.html", Permission.RUNS)
def run(context: Context, pk: Annotated[int, Path(ge=1, le=LARGEST)]) -> OneRun:
    with context.desk.store.read() as c:
        found_night = night(c, pk)
    if found_night is None:
        raise NotThere
    return OneRun(found_night)
