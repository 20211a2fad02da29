"""Failures: what could not be processed, and why."""

from services.runs.failures import listed_failures
from web.access.roles import Permission
from web.api.access import Api
from web.api.failures.view import FailureData, FailurePageData
from web.api.parameters import Limit, Place
from web.api.routing import ApiArea

area = ApiArea("Failures", "run")


@area.get("/failures", Permission.RUNS, FailurePageData, missing=False)
def list_failures(context: Api, cursor: Place = 0, limit: Limit = 50) -> FailurePageData:
    """What could not be taken in, transcribed or checked, and what to do about it."""
    with context.desk.store.read() as c:
        failed = listed_failures(context.desk.rubric_set, c)
    data = tuple(
        FailureData(
            failure.stage, failure.subject, failure.reason, context.say(failure.problem), context.say(failure.to_do),
            failure.waits,
        )
        for failure in failed[cursor : cursor + limit]
    )  # fmt: skip
    return FailurePageData(data, f"{cursor + limit}" if cursor + limit < len(failed) else None)
