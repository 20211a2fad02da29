"""/metrics, for Prometheus: the counts of requests, and what the database says of nights and queues.

The latter are read when they are asked for, so whichever process answers says the same, and a night on another machine
is seen, too.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from fastapi import Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.responses import Response

from services.runs.history import Night, last_night
from store.db.gauges import Gauges, read_gauges
from web.access.request_context import desk_of
from web.access.roles import Permission
from web.metrics.requests import counted
from web.routing import NOBODY, Area

area = Area(NOBODY)


class OfTheDatabase(Collector):
    """Nights and queues, as they were read just now."""

    def __init__(self, night: Sequence[Night], gauges: Gauges, now: datetime) -> None:
        self._night, self._gauges, self._now = night, gauges, now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge("database_bytes", "Size of the database.", self._gauges.n_bytes)
        yield _gauge("calls", "Calls in the database.", self._gauges.calls)
        waiting = GaugeMetricFamily("callqa_waiting", "What waits for a person.", labels=["queue"])
        for queue in ("undecided", "assigned", "appeals", "failures", "holds"):
            waiting.add_metric([queue], getattr(self._gauges, queue))
        yield waiting
        if self._night:
            yield from self._of_the_night()

    def _of_the_night(self) -> Iterator[GaugeMetricFamily]:
        begun = min(run.started_at for run in self._night)
        yield _gauge("night_started_timestamp_seconds", "When the last night was begun.", begun.timestamp())
        yield _gauge("night_age_seconds", "Since the last night was begun.", (self._now - begun).total_seconds())
        ended = [run.finished_at for run in self._night]
        if all(ended):
            last = max(at for at in ended if at)
            yield _gauge("night_seconds", "How long the last night took.", (last - begun).total_seconds())
        state = GaugeMetricFamily("callqa_night_status", "How the last night stands.", labels=["status"])
        for status in ("finished", "working", "broken"):
            state.add_metric([status], sum(run.status == status for run in self._night))
        yield state
        calls = GaugeMetricFamily("callqa_night_calls", "Calls of the last night.", labels=["stage", "outcome"])
        stages = sorted({stage.stage for run in self._night for stage in run.stages})
        for name in stages:
            of_night = [stage for night in self._night for stage in night.stages if stage.stage == name]
            calls.add_metric([name, "done"], sum(stage.done for stage in of_night))
            calls.add_metric([name, "failed"], sum(stage.failed for stage in of_night))
        for taken in (run.taken for run in self._night if run.taken):  # by the first of a night's runs
            calls.add_metric(["ingest", "done"], taken.new + taken.replaced)
            calls.add_metric(["ingest", "known"], taken.same)
            calls.add_metric(["ingest", "failed"], taken.refused)
        yield calls


@area.get("/metrics", Permission.METRICS)
def metrics(request: Request) -> Response:
    desk = desk_of(request)
    with desk.store.read() as c:
        collector = OfTheDatabase(last_night(c, len(desk.rubric_set)), read_gauges(c), desk.now())
    of_the_database = CollectorRegistry()
    of_the_database.register(collector)
    body = generate_latest(counted()) + generate_latest(of_the_database)
    return Response(body, media_type=CONTENT_TYPE_LATEST)


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"callqa_{name}", about, value=value)
