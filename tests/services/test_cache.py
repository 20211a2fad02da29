"""Values kept on a cache: who waits, who gets the old one, and how often one is made."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from services.cache import Cache


class World:
    """A clock, the state of the data, and what was made of it."""

    def __init__(self) -> None:
        self.now, self.data, self.cost = 0.0, 0, 1.0
        self.made: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.begun = self.broken = False

    def make(self, key: str) -> str:
        data, self.begun = self.data, True
        assert self.gate.wait(10)
        self.now += self.cost
        if self.broken:
            raise ValueError("broken")
        self.made.append(f"{key}{data}")
        return self.made[-1]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def cache(world: World) -> Iterator[Cache[str, str]]:
    made = Cache(world.make, lambda _: world.data, size=2, share=0.1, patience=100.0, clock=lambda: world.now)
    with closing(made):
        yield made


def until(true: Callable[[], bool]) -> None:
    waited = threading.Event()
    for _ in range(1000):
        if true():
            return
        waited.wait(0.01)
    raise AssertionError("it never came true")


def test_it_is_made_once_while_its_data_is_the_same(world: World, cache: Cache[str, str]) -> None:
    assert [cache.get("a").value, cache.get("a").value] == ["a0", "a0"]
    world.now += 1_000
    assert cache.get("a").value == "a0"
    assert world.made == ["a0"]


def test_nobody_waits_for_a_newer_one(world: World, cache: Cache[str, str]) -> None:
    cache.get("a")
    world.now, world.data = world.now + 10, 1
    world.gate.clear()
    assert [cache.get("a").value for _ in range(3)] == ["a0"] * 3  # while the new one is being made
    world.gate.set()
    until(lambda: cache.get("a").value == "a1")
    assert world.made == ["a0", "a1"]


def test_it_rests_in_proportion_to_what_it_costs(world: World, cache: Cache[str, str]) -> None:
    cache.get("a")  # took a second, and may take a tenth of the time
    world.now, world.data = world.now + 9.9, 1
    assert cache.get("a").value == "a0"
    assert world.made == ["a0"]
    world.now += 0.1
    cache.get("a")
    until(lambda: world.made == ["a0", "a1"])


def test_old_data_that_nobody_asked_for_lately_is_not_shown(world: World, cache: Cache[str, str]) -> None:
    cache.get("a")
    world.now, world.data = world.now + 101, 1
    assert cache.get("a").value == "a1"


def test_many_who_ask_at_once_wait_for_one(world: World, cache: Cache[str, str]) -> None:
    world.gate.clear()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(cache.get, "a") for _ in range(8)]
        world.gate.set()
        assert {future.result().value for future in asked} == {"a0"}
    assert world.made == ["a0"]


def test_one_is_made_at_a_time() -> None:
    inside, most = 0, 0

    def make(_: int) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.005)
        inside -= 1

    with closing(Cache(make, lambda _: 0)) as cache, ThreadPoolExecutor(8) as pool:
        list(pool.map(cache.get, range(8)))
    assert most == 1


def test_what_changes_while_it_is_made_is_noticed(world: World, cache: Cache[str, str]) -> None:
    world.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(cache.get, "a")
        until(lambda: world.begun)
        world.data = 1
        world.gate.set()
        assert asked.result().value == "a0"
    world.now += 10
    cache.get("a")
    until(lambda: "a1" in world.made)


def test_the_cache_is_bounded_and_keeps_what_was_asked_for_last(world: World, cache: Cache[str, str]) -> None:
    for key in ("a", "b", "a", "c", "a", "b"):
        cache.get(key)
    assert world.made == ["a0", "b0", "c0", "b0"]


def test_an_error_is_for_those_who_wait(world: World, cache: Cache[str, str]) -> None:
    world.broken = True
    with pytest.raises(ValueError, match="broken"):
        cache.get("a")
    world.broken = False
    assert cache.get("a").value == "a0"


def test_an_error_behind_leaves_the_old_one_and_rests(
    world: World, cache: Cache[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    cache.get("a")
    world.now, world.data, world.broken = world.now + 10, 1, True
    assert cache.get("a").value == "a0"
    until(lambda: "it is tried again" in caplog.text)
    world.broken = False
    assert cache.get("a").value == "a0"
    assert not cache._making
    world.now += 10
    cache.get("a")
    until(lambda: cache.get("a").value == "a1")
