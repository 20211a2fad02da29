"""The doctor's rounds: gathers what there is to know of this machine, thinly; `diagnosis` and `services` judge it."""

import os
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from shutil import disk_usage
from typing import Any

import httpx

from asr.weights import on_hand
from callqa.errors import StoreError
from callqa.messages import Message
from callqa.settings import SETTINGS_FILE, Settings, secret_names
from services.judge import checkup as judge
from services.upkeep import diagnosis, reachable
from services.upkeep.diagnosis import Diagnosis, Disk, Place
from services.upkeep.named_files import unusable
from services.upkeep.own_files import own_files
from services.upkeep.prefect_home import API_URL, schedule_note
from services.upkeep.restore import ASIDE, RESTORING
from store.db.health import DatabaseHealth, database_health

CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"
PREFECT_SECONDS = 5.0
MANY = 10_000
"""Files of the home that are looked at; one wrong owner among so many is found, or there are none."""


def checkup(settings: Settings, now: datetime | None = None) -> Iterator[Diagnosis]:
    """Everything, one after the other; nothing is changed. Takes as long as reading the weights and the database."""
    now = now or datetime.now(UTC)
    yield reachable.sources(settings, Path(SETTINGS_FILE).absolute())
    yield diagnosis.python(sys.version_info[:2])
    yield from diagnosis.packages(metadata.requires("callqa") or (), _tested(), _installed())
    yield from _weights(settings)
    health, complaints = _database(settings, now)
    yield from complaints
    yield diagnosis.disk(_disk(settings, health))
    ahead, last_run = (health.clock_ahead, health.last_run) if health else (timedelta(0), None)
    yield from diagnosis.clock(now, ahead, last_run, settings.timezone)
    yield from _permissions(settings)
    yield from judge.look(settings.judge)
    yield from reachable.prefect(_prefect(settings))
    erased = health is not None and health.anything_erased
    yield from reachable.settings(settings, unusable(settings, erased))


def _tested() -> dict[str, str] | None:
    if not CONSTRAINTS.is_file():
        return None
    lines = (line.partition("#")[0].split() for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines())
    pins = (line[0].split("==") for line in lines if line and "==" in line[0])
    return {diagnosis.canonical(name): version for name, version in pins}


def _installed() -> dict[str, str]:
    return {diagnosis.canonical(package.name): package.version for package in metadata.distributions() if package.name}


def _weights(settings: Settings) -> Iterator[Diagnosis]:
    engine = settings.asr.engine
    if engine in ("faster-whisper", "openai-whisper"):
        weights = on_hand(settings.asr)
        yield diagnosis.weights(weights.where, weights.problem, weights.advice)
    elif engine == "server":
        yield _server(settings)
    else:
        yield Diagnosis("weights", "ok", Message("{engine} keeps its own", engine=engine))


def _server(settings: Settings) -> Diagnosis:
    url = settings.asr.server_url
    try:
        httpx.get(url, timeout=PREFECT_SECONDS)  # any answer will do
    except httpx.HTTPError as error:
        silent = Message("no answer from {url}: {kind}", url=url, kind=type(error).__name__)
        return Diagnosis("weights", "fail", silent, Message("start it, or correct asr.server_url"))
    return Diagnosis("weights", "ok", Message("{url} answers", url=url))


def _database(settings: Settings, now: datetime) -> tuple[DatabaseHealth | None, list[Diagnosis]]:
    try:
        health = database_health(settings.database)
    except StoreError as error:
        return None, [reachable.unreachable(error)]
    return health, list(reachable.database(health, now))


def _disk(settings: Settings, health: DatabaseHealth | None) -> Disk:
    there = next(place for place in (settings.home.absolute(), *settings.home.absolute().parents) if place.exists())
    at_home = health is not None and health.kind == "sqlite"
    return Disk(
        free=disk_usage(there).free,
        database=health.n_bytes if health and at_home else 0,
        n_calls=health.n_calls if health else 0,
        busiest_night=health.busiest_night if health else 0,
    )


def _permissions(settings: Settings) -> Iterator[Diagnosis]:
    home = settings.home
    if home.is_dir():
        within = [_place(path) for path, _ in zip(sorted(home.rglob("*")), range(MANY), strict=False)]
        yield from diagnosis.permissions(_place(home), within, os.geteuid())
        yield from diagnosis.leftovers([str(path) for path in sorted(home.glob(f"{RESTORING}*"))])
        yield from diagnosis.moved_aside([str(path) for path in sorted(home.glob(f"*{ASIDE}*"))])
    toml = Path(SETTINGS_FILE)
    secret = [toml] if toml.is_file() and _has_secrets(toml) else []
    secret += [file.path for file in own_files(settings) if file.is_key]
    yield from diagnosis.secrets([_place(path) for path in secret])


def _has_secrets(path: Path) -> bool:
    """Whether a secret is written in a file of settings."""
    written = _written(tomllib.loads(path.read_text(encoding="utf-8")))
    return not {"database_url", *secret_names(Settings)}.isdisjoint(written)  # a server's has its password in it


def _written(value: object, name: str = "") -> Iterator[str]:
    """The names of what is set, with dots, as of the settings."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _written(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for inner in value:
            yield from _written(inner, name)
    elif value != "":
        yield name


def _place(path: Path) -> Place:
    facts = path.lstat()
    return Place(str(path), facts.st_mode & 0o777, facts.st_uid, path.is_dir(), facts.st_gid)


def _prefect(settings: Settings) -> reachable.Prefect:
    named = os.environ.get(API_URL, "")  # noqa: TID251  # Prefect's own
    auth = os.environ.get("PREFECT_API_AUTH_STRING", "")  # noqa: TID251
    note = schedule_note(settings.home)
    noted = note.read_text(encoding="utf-8") if note.is_file() else ""
    url = named or noted or "http://127.0.0.1:4200/api"
    asked = reachable.Prefect(url, named=bool(named), note=str(note) if noted else "")
    try:
        with httpx.Client(base_url=url, timeout=PREFECT_SECONDS, auth=_basic(auth)) as client:
            client.get("/health").raise_for_status()
            deployments = _filter(client, "deployments", {"deployments": {"name": {"any_": ["nightly"]}}})
            ids = [deployment["id"] for deployment in deployments]
            active = [
                schedule
                for deployment in deployments
                for schedule in deployment.get("schedules", ())
                if schedule.get("active")
            ]
            runs = {"flow_runs": {"deployment_id": {"any_": ids}}} if ids else None
            late = _filter(client, "flow_runs", _with_state(runs, {"name": {"any_": ["Late"]}})) if runs else []
            ended = {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]}}
            last = _filter(client, "flow_runs", _with_state(runs, ended, limit=1)) if runs else []
    except (httpx.HTTPError, ValueError, KeyError):
        return asked
    state = last[0]["state_type"] if last else ""
    return replace(asked, reachable=True, schedules=len(active), late=len(late), last_state=state)


def _basic(auth: str) -> tuple[str, str] | None:
    user, _, password = auth.partition(":")
    return (user, password) if auth else None


def _filter(client: httpx.Client, objects: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post(f"/{objects}/filter", json=body).raise_for_status()
    rows: list[dict[str, Any]] = answer.json()
    return rows


def _with_state(runs: dict[str, Any] | None, state: dict[str, Any], **more: Any) -> dict[str, Any]:
    wanted = dict((runs or {})["flow_runs"], state=state)
    return {"flow_runs": wanted, "sort": "EXPECTED_START_TIME_DESC", **more}
