"""A run that is killed anywhere ends like an undisturbed one, once it is run again."""

import signal
import time
from dataclasses import replace
from functools import partial

import pytest
from postgres import Postgres
from small_calls import Home, Undisturbed
from steps import kill_at_stage, kill_at_step

pytestmark = pytest.mark.slow


def test_killed(home: Home, undisturbed: Undisturbed, point: str) -> None:
    way, _, where = point.partition("-")
    if way == "time":
        run = home.start("run", str(home.night.manifest))
        time.sleep(float(where) * undisturbed.seconds)
        run.kill()
        killed = run.ended()
    elif way == "step":
        killed = home.run(partial(kill_at_step, 1 + int(float(where) * undisturbed.n_steps)))
    else:
        killed = home.run(partial(kill_at_stage, where))
    if way != "time":  # a run may be faster than the undisturbed one was
        assert killed.status == -signal.SIGKILL, killed.output
    assert home.recover() == undisturbed.kept


def test_killed_with_its_database_on_a_server(home: Home, undisturbed: Undisturbed, postgres: Postgres) -> None:
    with postgres.database() as name:
        on_server = replace(home, database_url=postgres.url(name))
        killed = on_server.run(partial(kill_at_stage, "score"))
        assert killed.status == -signal.SIGKILL, killed.output
        assert on_server.recover() == undisturbed.kept
