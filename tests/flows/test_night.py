"""The runner does any list of steps: in order, what they need read first, those of a rubric in a run of its own."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from nights import QUIET

from callqa.errors import ConfigError
from flows.night import INGEST, NIGHT_OF_A_RUBRIC, NIGHTLY, RESCORE, RESCORE_OF_A_RUBRIC, RUN, TRUST_UPDATE
from flows.runner import each_rubric, run_night
from flows.stage import in_this_process
from flows.step import Night, NightStep, RubricRun, RubricStep, Step, nothing
from services.context import RubricContext, RubricSet
from services.runs.history import nights
from services.runs.lease import AnotherRun

Did = list[str]


def night_step(did: Did, name: str, needs: Callable[[RubricSet], object] = nothing) -> NightStep:
    return Step(name, needs=needs, does=lambda night, needed: did.append(name))


def rubric_step(did: Did, name: str, needs: Callable[[RubricContext], object] = nothing) -> RubricStep:
    return Step(name, needs=needs, does=lambda run, needed: did.append(f"{name} of {run.context.rubric.id}"))


def n_runs(rubric_set: RubricSet) -> int:
    with rubric_set[0].store.read() as c:
        return len(nights(c))


def test_steps_are_done_from_top_to_bottom_and_those_of_a_rubric_in_a_run(rubric_set: RubricSet) -> None:
    did: Did = []
    runs = each_rubric(rubric_step(did, "hear"), rubric_step(did, "judge"))
    steps = (night_step(did, "before"), runs, night_step(did, "after"))
    (report,) = run_night(rubric_set, "test", steps, in_this_process, QUIET)
    rubric = rubric_set[0].rubric.id
    assert did == ["before", f"hear of {rubric}", f"judge of {rubric}", "after"]
    assert report.seconds > 0
    with rubric_set[0].store.read() as c:
        assert nights(c)[0].kind == "test"


def test_what_a_step_lacks_is_found_before_anything_is_done(rubric_set: RubricSet) -> None:
    def lacks(_: object) -> None:
        raise ConfigError("a mistake in a file")

    before = n_runs(rubric_set)
    for steps in (
        lambda did: (night_step(did, "first"), night_step(did, "last", needs=lacks)),
        lambda did: (
            night_step(did, "first"),
            each_rubric(rubric_step(did, "second"), rubric_step(did, "last", lacks)),
        ),
    ):
        did: Did = []
        with pytest.raises(ConfigError, match="a mistake"):
            run_night(rubric_set, "test", steps(did), in_this_process, QUIET)
        assert did == []
        assert n_runs(rubric_set) == before


def test_a_step_gets_what_it_needs(rubric_set: RubricSet) -> None:
    got: list[object] = []
    of_all = Step("all", needs=lambda contexts: len(contexts), does=lambda night, n: got.append(n))
    of_one = Step("one", needs=lambda context: context.rubric.id, does=lambda run, rubric: got.append(rubric))
    run_night(rubric_set, "test", (of_all, each_rubric(of_one)), in_this_process, QUIET)
    assert got == [1, rubric_set[0].rubric.id]


def test_the_steps_after_the_runs_see_what_these_have_changed(rubric_set: RubricSet) -> None:
    seen: list[frozenset[str]] = []

    def change(run: RubricRun, _: None) -> None:
        run.report = replace(run.report, context=replace(run.context, advisory=frozenset({"opening"})))

    def look(night: Night, _: None) -> None:
        seen.extend(context.advisory for context in night.rubric_set)

    steps = (each_rubric(Step("change", needs=nothing, does=change)), Step("look", needs=nothing, does=look))
    run_night(rubric_set, "test", steps, in_this_process, QUIET)
    assert seen == [{"opening"}]


def test_no_step_begins_once_another_run_has_taken_over(rubric_set: RubricSet) -> None:
    did: Did = []
    lose = Step("lose", needs=nothing, does=lambda run, _: run.lease._lost.set())
    with pytest.raises(AnotherRun):
        run_night(rubric_set, "test", (each_rubric(lose, rubric_step(did, "next")),), in_this_process, QUIET)
    assert did == []


@pytest.mark.parametrize("steps", [NIGHTLY, RUN, RESCORE, TRUST_UPDATE, INGEST, NIGHT_OF_A_RUBRIC, RESCORE_OF_A_RUBRIC])
def test_no_list_has_a_step_twice(steps: tuple[Step[object, object, object], ...]) -> None:
    names = [step.name for step in steps]
    assert len(set(names)) == len(names)
