"""Plans by hand, plans that must not shrink when the work grows, and the page that shows them."""

import json
import re
from dataclasses import replace
from math import ceil, inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from callqa.errors import ConfigError
from cli.main import app
from services.capacity.limits import HEARING, INTAKE, REPORT, Capacity, capacity, find_limits
from services.capacity.plan import HOUR, USED, Batches, Plan, Workload, plan_night
from services.capacity.rates import SHIPPED, Rates, load_rates

PERSONAL = 7  # ms a call (benchmarks.call_page), which benchmarks.checks does not run
PAGE = Path(__file__).parents[2] / "docs" / "capacity.md"
SYNTHETIC = """
devices:
  core: {kind: core, speed: 4, per_machine: 8, memory_gib: 1, source: made up}
  card: {kind: card, speed: 60, beside: 2, cores: 4, per_machine: 2, memory_gib: 8, source: made up}
  starved: {kind: card, speed: 60, beside: 8, cores: 4, per_machine: 2, memory_gib: 8, source: made up}
intake: {ms_per_call: 10, requests: 2, mb_per_second: 100, source: made up}
texts: {ms_per_call: 36, memory_gib: 0.5, source: made up}
report: {ms_per_call: 0.1, source: made up}
writer: {ms_per_call: 10, source: made up}
store:
  sqlite: {kb_per_call: 20, kb_per_minute: 5}
  postgresql: {kb_per_call: 25, kb_per_minute: 6}
  most_calls: 1000000
  source: made up
network: {gbit_per_second: 1, ms_per_request: 20, source: made up}
prefect: {stages: 4, ms_per_task_run: 100, memory_gib: 1, source: made up}
"""
BATCHES = Batches(smallest=10, most=100, each=2)


@pytest.fixture(scope="module")
def rates(tmp_path_factory: pytest.TempPathFactory) -> Rates:
    path = tmp_path_factory.mktemp("rates") / "synthetic.yaml"
    path.write_text(SYNTHETIC, encoding="utf-8")
    return load_rates(path)


# A call of 2 minutes is 1.92 MB: taking it in costs 10 ms + 2 x 20 ms + 1.92 MB / 100 MB/s = 69.2 ms of the one
# process, and its share of the month's report 31 x 0.1 ms. Of a worker it costs 120 s / 4 = 30 s on a core,
# 2 x max(1, 2/4) = 2 s on a card, 2 x max(1, 8/4) = 4 s on a card whose cores are too few; then 36 ms for checks, of a
# core or shared by the card's four. Of 10 hours 7 are used. Memory: what hears, and half a GiB around it, for each
# worker; half a GiB more and Prefect's for the night process.
BY_HAND = {
    # 100 batches of 10 calls; one takes 300.36 s; 83 end in 25,200 s - 72.3 s; with two workers each does 50
    "a hotline": ("core", Workload(1000, 2, 10), 2, (72.3 + 50 * 300.36) / HOUR, 1, 4.5),
    "a card": ("card", Workload(1000, 2, 10), 1, (72.3 + 100 * 20.09) / HOUR, 1, 10.0),
    "a card that waits": ("starved", Workload(1000, 2, 10), 1, (72.3 + 100 * 40.09) / HOUR, 1, 10.0),
    "less than a batch": ("core", Workload(5, 2, 10), 1, 5 * (0.0723 + 30.036) / HOUR, 1, 3.0),
    # batches of 200 calls take 6,007.2 s; 3 end in 25,200 s - 1,446 s; 34 workers need 5 machines of 8
    "a city": ("core", Workload(20_000, 2, 10), 34, (1446 + 3 * 6007.2) / HOUR, 5, 13.5),
    # above 50 workers there are two batches for each; of 5,500 calls, at 2.009 s, two end in 25,200 s - 3,100 s. In 182
    # batches it is 5,495 calls each
    "a nation": ("card", Workload(1_000_000, 2, 10, by_day=True), 91, (3100 + 2 * 5495 * 2.009) / HOUR, 46, 18.5),
    "a nation on cores": (
        "core", Workload(1_000_000, 2, 10, by_day=True), 1363, (3100 + 2 * 367 * 30.036) / HOUR, 171, 13.5,
    ),
    # batches of 10 calls get no smaller: one ends in 630 s - 72.3 s
    "in a hurry": ("core", Workload(1000, 2, 0.25), 100, (72.3 + 300.36) / HOUR, 13, 13.5),
    "a nation that takes calls in at night": ("card", Workload(1_000_000, 2, 10), None, None, None, None),
    # 10 calls of two hours take 18,000 s of 12,600 s
    "a report that does not end": ("card", Workload(10_000_000, 2, 10, by_day=True), None, None, None, None),
    "a batch that does not end": ("core", Workload(1000, 120, 5, by_day=True), None, None, None, None),
}  # fmt: skip


@pytest.mark.parametrize(("device", "work", "workers", "hours", "machines", "memory"), BY_HAND.values(), ids=BY_HAND)
def test_workers_by_hand(
    rates: Rates, device: str, work: Workload, workers: int | None, hours: float | None, machines: int | None,
    memory: float | None,
) -> None:  # fmt: skip
    plan = plan_night(work, rates.device(device), rates, BATCHES)
    assert (plan.workers, plan.machines) == (workers, machines)
    assert (plan.hours, plan.memory_gib) == (pytest.approx(hours), pytest.approx(memory))


def test_what_is_stored_and_moved_by_hand(rates: Rates) -> None:
    plan = plan_night(Workload(1000, 2, 10, keep_days=100), rates.device("core"), rates, BATCHES)
    assert plan.calls_kept == 100_000
    assert plan.database_gb == pytest.approx(3.0)  # 100,000 x (20 kB + 2 x 5 kB)
    assert plan.disk_gb == pytest.approx(7.5)
    assert plan.recordings_gb == pytest.approx(1.92)
    assert plan.gbit_per_second == pytest.approx(2 * 1.92 * 8 / 25_200)  # read twice
    assert plan.writer_hours == pytest.approx(10 / HOUR)
    assert plan.task_runs == 400
    cluster = plan_night(Workload(20_000, 2, 10, keep_days=5), rates.device("core"), rates, BATCHES)
    assert cluster.database_gb == pytest.approx(3.7)  # five machines: 100,000 x (25 kB + 2 x 6 kB)
    by_day = plan_night(Workload(1000, 2, 10, by_day=True), rates.device("core"), rates, BATCHES)
    assert by_day.gbit_per_second == pytest.approx(1.92 * 8 / 25_200)


WORK = st.builds(
    Workload,
    calls=st.integers(1, 3_000_000),
    minutes=st.floats(0.1, 120),
    window=st.floats(0.1, 24),
    keep_days=st.integers(1, 4000),
    by_day=st.booleans(),
)
DEVICES = st.sampled_from(["core", "card", "starved"])


def size(plan: Plan) -> tuple[float, ...]:
    """Everything that must not shrink; no number of workers is more than any."""
    return (
        inf if plan.workers is None else plan.workers,
        inf if plan.machines is None else plan.machines,
        plan.database_gb,
        plan.recordings_gb,
        plan.gbit_per_second,
        plan.writer_hours,
    )


@given(WORK, DEVICES, st.integers(0, 100_000), st.floats(0, 20), st.floats(0.01, 1))
def test_more_calls_longer_calls_or_less_time_never_need_less(
    rates: Rates, work: Workload, device: str, calls: int, minutes: float, window: float
) -> None:
    known = rates.device(device)
    before = size(plan_night(work, known, rates, BATCHES))
    for harder in (
        replace(work, calls=work.calls + calls),
        replace(work, minutes=work.minutes + minutes),
        replace(work, window=work.window * window),
    ):
        after = size(plan_night(harder, known, rates, BATCHES))
        assert all(smaller <= larger * (1 + 1e-9) for smaller, larger in zip(before, after, strict=True))


@given(WORK, st.integers(BATCHES.smallest, 30_000), DEVICES)
def test_the_workers_are_the_fewest_that_end_in_time(rates: Rates, work: Workload, calls: int, device: str) -> None:
    work = replace(work, calls=calls)
    plan = plan_night(work, rates.device(device), rates, BATCHES)
    budget = work.window * HOUR * USED - plan.steps.report - (0.0 if work.by_day else plan.steps.intake)

    def in_time(workers: int) -> bool:
        rounds = ceil(BATCHES.number(calls, workers) / workers)
        return rounds * plan.steps.spread * BATCHES.size(calls, workers) / calls <= budget

    assert plan.workers == next(filter(in_time, range(1, ceil(calls / BATCHES.smallest) + 1)), None)
    if plan.hours is not None:
        assert plan.hours <= work.window * USED * (1 + 1e-9)


def of(rates: Rates, work: Workload, device: str) -> Capacity:
    return capacity(work, rates.device(device), rates, BATCHES)


# In the order of the figures of Workload: what breaks first, by how much, and what is advised.
FIRST = [
    (Workload(1000, 2, 10, keep_days=100), "core", "calls kept", 0.1, "SQLite", "flow.workers = 2, asr.threads = 1"),
    (
        Workload(20_000, 2, 10, keep_days=30),
        "core",
        "calls kept",
        0.6,
        "PostgreSQL",
        r"5 machines, .* of 34 workers \(flow.workers = 34\) with asr.thr",
    ),
    (Workload(20_000, 2, 10, keep_days=100), "core", "calls kept", 2.0, "PostgreSQL", "5 machines"),
    (Workload(1_000_000, 2, 10, 1), "card", "taking calls in", 69_200 / 25_200, "PostgreSQL", "callqa ingest"),
    (Workload(1000, 120, 5, 1, by_day=True), "core", "hearing, one", 18_000.36 / 12_600, "PostgreSQL", "smaller batch"),
    (Workload(1_000_000, 2, 10, 1, by_day=True), "core", "calls kept", 1.0, "PostgreSQL", "171 mach.*workers = 1363"),
    # 2.78 hours of writing in half of 7
    (Workload(1_000_000, 2, 10, 1, by_day=True), "card", "calls kept", 1.0, "PostgreSQL", "46 machines"),
    (Workload(1_000_000, 20, 24, 1, 1000, by_day=True), "card", "recordings over", 19.84, "PostgreSQL", "175 mach"),
]


@pytest.mark.parametrize(("work", "device", "first", "share", "database", "machines"), FIRST)
def test_what_breaks_first(
    rates: Rates, work: Workload, device: str, first: str, share: float, database: str, machines: str
) -> None:
    result = of(rates, work, device)
    assert result.limits[0].what.startswith(first)
    assert result.limits[0].share == pytest.approx(share, rel=0.01)
    assert [limit.share for limit in result.limits] == sorted((limit.share for limit in result.limits), reverse=True)
    assert result.advice.database.startswith(database)
    assert re.search(machines, str(result.advice.machines))


@pytest.mark.parametrize(
    ("calls", "database", "machines"),
    [
        (5_000, "SQLite", "one machine with one card"),
        (20_000, "PostgreSQL", "one machine, a Dask cluster of 2 workers (flow.workers = 2), one for each card"),
    ],
)
def test_cards_of_one_machine_are_workers_of_a_scheduler(
    rates: Rates, calls: int, database: str, machines: str
) -> None:
    advice = of(rates, Workload(calls, 2, 10, keep_days=1), "card").advice
    assert advice.database.startswith(database), "with a scheduler's address SQLite is refused"
    assert str(advice.machines).startswith(machines)


def test_the_writer_is_a_limit(rates: Rates) -> None:
    result = of(rates, Workload(1_000_000, 2, 10, by_day=True), "card")
    (writing,) = (limit for limit in result.limits if limit.what.startswith("writing"))
    assert writing.share == pytest.approx((10_000 / HOUR) / (7 * 0.5))


@given(WORK, DEVICES)
def test_no_workers_are_enough_exactly_where_a_limit_of_time_is_broken(
    rates: Rates, work: Workload, device: str
) -> None:
    plan = plan_night(work, rates.device(device), rates, BATCHES)
    share = {limit.what: limit.share for limit in find_limits(plan, rates, BATCHES)}
    before_it = share[INTAKE] >= 1 and not work.by_day
    assert (plan.workers is None) == (share[HEARING] > 1 or share[REPORT] >= 1 or before_it)


WRONG = [
    ("speed: 4,", "speed: 0,", r"devices.core.speed: .*greater than 0"),
    ("speed: 4,", "speed: .inf,", r"devices.core.speed: .*finite"),
    ("kind: core", "kind: abacus", r"devices.core.kind"),
    ("source: made up}", "source: ''}", r"source"),
    ("prefect:", "prefct:", r"unknown field; did you mean 'prefect'"),
]


@pytest.mark.parametrize(("right", "wrong", "told"), WRONG)
def test_rates_that_cannot_be_are_refused(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SYNTHETIC.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        load_rates(path)


def test_a_device_that_the_rates_do_not_know(rates: Rates) -> None:
    with pytest.raises(ConfigError, match="'crad'; did you mean 'card'"):
        rates.device("crad")


def test_the_shipped_rates_are_those_of_the_benchmarks() -> None:
    shipped, folder = load_rates(), Path(__file__).parents[2] / "benchmarks"
    lines = (folder / "asr.jsonl").read_text(encoding="utf-8").splitlines()
    heard = json.loads(lines[-1])
    ours = next(system for system in heard["systems"] if system["system"] == "callqa")
    cores = int(re.search(r"(\d+) cores", heard["machine"])[1])  # type: ignore[index]
    assert shipped.device(None).speed == pytest.approx(heard["audio_seconds"] / ours["seconds"] / cores, rel=0.01)
    checked = json.loads((folder / "checks.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert 1000 / checked["calls_per_second"] == pytest.approx(shipped.texts.ms_per_call - 4 - PERSONAL, rel=0.05)
    assert SHIPPED.is_file()


BLOCKS = re.findall(r"^\$ callqa (plan .*)\n((?:.|\n)*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[command for command, _ in BLOCKS])
def test_the_page_shows_what_is_printed(command: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    result = CliRunner().invoke(app, command.split())
    assert result.exit_code == 0, result.exception
    assert [line.rstrip() for line in result.output.splitlines()] == [line.rstrip() for line in shown.splitlines()]


def test_programs_read_json() -> None:
    arguments = "plan --calls 1000 --minutes 3 --window 8 --json".split()
    answer = json.loads(CliRunner().invoke(app, arguments).output)
    assert (answer["workers"], answer["machines"]) == (3, 1)
    assert answer["workload"]["calls"] == 1000
    assert {INTAKE, HEARING} < {limit["what"] for limit in answer["limits"]}
    assert answer["advice"]["database"].startswith("SQLite")
