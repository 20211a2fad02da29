"""Failures count up until their item succeeds; checks that failed are findings, and may be forgotten."""

from dataclasses import replace

from sqlalchemy import Connection, event, func, select
from store_world import KEYS, ONLY_SQLITE, World

from callqa.messages import Message
from store import Store
from store.calls import failures, write
from store.tables import calls


def test_failures_count_up_and_are_forgotten_on_success(store: Store) -> None:
    with store.write() as c:
        for key in ("a", "a", "b", "a"):
            failures.put_failure(c, "transcribe", key, "not_audio", Message("no sound in it"))
        failures.put_failure(c, "ingest", "a", "no_agent", Message("line 3"))
    with store.read() as c:
        rows = [
            tuple(row)
            for row in c.execute(select(*calls.failure.c["stage", "key", "attempt"]).order_by(calls.failure.c.id))
        ]
    assert rows == [("transcribe", "a", 1), ("transcribe", "a", 2), ("transcribe", "b", 1), ("transcribe", "a", 3),
                    ("ingest", "a", 1)]  # fmt: skip
    with store.write() as c:
        assert failures.clear_failures(c, "transcribe", "a") == 3
        failures.put_failure(c, "transcribe", "a", "not_audio", Message("again"))
    with store.read() as c:
        assert c.scalar(select(func.max(calls.failure.c.attempt)).where(calls.failure.c.key == "a")) == 1
    with store.write() as c:
        assert failures.clear_failures(c, stage="transcribe") == 2
        assert failures.clear_failures(c) == 1


def failed(c: Connection, world: World, n: int, channel: int | None = 0, engine_key: str = KEYS.engine_key) -> None:
    failures.put_failure(
        c, "transcribe", failures.transcribe_key(world.sha256(n), channel, engine_key), "e", Message("m")
    )


def test_outstanding_failures(world: World) -> None:
    for n in (1, 2, 3):
        world.put_call(n)
    with world.store.write() as c:
        write.put_call(c, world.call(4), world.sha256(1), 1, "s")  # another call with the first one's recording
        failures.put_failure(c, "ingest", "calls.csv:7", "no_agent", Message("line 7: no agent"))
        failed(c, world, 1)
        failed(c, world, 1, channel=1)
        failed(c, world, 2, engine_key="another")
        failed(c, world, 3, channel=None)
        key = failures.transcribe_key(world.sha256(1), 0, KEYS.engine_key)
        failures.put_failure(c, "transcribe", key, "empty_file", Message("the last error"))
        failures.put_failure(c, "ingest", "call-9", "duplicate_call_id", Message("line 9: other content"))
    with world.store.read() as c:
        assert failures.outstanding_failures(c, KEYS) == [
            failures.OutstandingFailure("ingest", "calls.csv:7", 1, "no_agent", Message("line 7: no agent")),
            failures.OutstandingFailure("ingest", "call-9", 1, "duplicate_call_id", Message("line 9: other content")),
            failures.OutstandingFailure("transcribe", "call-1", 2, "empty_file", Message("the last error")),
            failures.OutstandingFailure("transcribe", "call-4", 2, "empty_file", Message("the last error")),
        ]


def test_a_failure_is_settled_when_its_call_has_another_recording(world: World) -> None:
    world.put_call(1)
    with world.store.write() as c:
        failed(c, world, 1)
        write.put_call(c, world.call(1), world.sha256(2), 1, "s", replace=True)
    with world.store.read() as c:
        assert failures.outstanding_failures(c, KEYS) == []


def test_error_findings(world: World) -> None:
    world.fill(1)
    world.put_errors(2)
    world.put_errors(3)
    with world.store.read() as c:
        assert failures.error_findings(c, KEYS) == [
            failures.ErrorFinding("call-2", "closing", "check_failed"),
            failures.ErrorFinding("call-3", "closing", "check_failed"),
        ]
        for keys in (replace(KEYS, engine_key="x"), replace(KEYS, check_keys=KEYS.check_keys[:1])):
            assert failures.error_findings(c, keys) == []
    with world.store.write() as c:
        write.put_call(c, world.call(2, ticket=None), world.sha256(2), 1, "s", replace=True)
        write.put_call(c, world.call(3, agent_channel=1), world.sha256(3), 1, "s", replace=True)
    with world.store.read() as c:
        assert failures.error_findings(c, KEYS) == [], "of calls as they were before"


@ONLY_SQLITE
def test_error_findings_are_found_without_looking_at_the_others(world: World) -> None:
    plans: list[str] = []

    def explain(connection: Connection, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if "finding.verdict" in statement:
            raw = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append(" / ".join(row[3] for row in raw))

    with world.store.write() as c:
        event.listen(c, "before_cursor_execute", explain)
        failures.error_findings(c, KEYS)
        failures.clear_errors(c)
    assert len(plans) == 6
    for plan in plans:
        assert "finding USING" in plan
        assert "ix_finding_error" in plan
