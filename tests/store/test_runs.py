"""The history of runs: newest first, page by page, and whether one is at work."""

from dataclasses import replace

from store_world import KEYS, World

from store.calls import write
from store.runs import history, lease


def test_runs_are_read_newest_first_and_page_by_page(world: World) -> None:
    with world.store.write() as c:
        first, second, third = (write.start_run(c, kind, KEYS) for kind in ("run", "nightly", "rescore"))
        write.finish_run(c, second, {"score": {"done": 3}})
    with world.store.read() as c:
        assert [run.pk for run in history.runs(c, 2)] == [third, second]
        assert [run.pk for run in history.runs(c, 2, before=second)] == [first]
        run = history.run_of(c, second)
        assert run is not None
        assert (run.kind, run.report, run.rubric) == ("nightly", {"score": {"done": 3}}, "test 1")
        assert run.finished_at is not None
        assert run.started_at <= run.finished_at
        assert history.runs(c, 1)[0].report == {}
        assert history.run_of(c, 99) is None


def test_a_run_whose_rubric_is_not_known(world: World) -> None:
    with world.store.write() as c:
        pk = write.start_run(c, "run", replace(KEYS, rubric_key="z" * 16))
    with world.store.read() as c:
        run = history.run_of(c, pk)
        assert run is not None
        assert run.rubric == ""


def test_who_was_not_heard_of_is_not_at_work(world: World) -> None:
    with world.store.write() as c:
        assert not history.at_work(c, "run")
        lease.acquire(c, "run", "here/1/a", 60)
        assert history.at_work(c, "run")
        lease.renew(c, "run", "here/1/a", -1)
        assert not history.at_work(c, "run")
