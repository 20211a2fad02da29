"""Diagnoses of the database, of Prefect and of the settings. Pure, as in `services.upkeep.diagnosis`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

from callqa.errors import StoreDamaged, StoreError
from callqa.messages import Message
from callqa.settings import Settings
from services.upkeep.diagnosis import STALE, Diagnosis
from store.db.health import DatabaseHealth

RESTORE = Message("stop callqa, then: callqa restore BACKUP --force")


def database(health: DatabaseHealth | None, now: datetime) -> Iterator[Diagnosis]:
    """``None``: there is no file yet."""
    if health is None or health.schema is None:
        yield Diagnosis(
            "database", "warn", Message("there is none yet"), Message("the first run makes it: callqa run MANIFEST")
        )
        return
    yield from _schema(health)
    if health.refused:
        yield Diagnosis(
            "database",
            "fail",
            Message("nothing can be written: {why}", why=health.refused),
            Message("give the user of callqa the right to write"),
        )
    if health.damage:
        yield Diagnosis("database", "fail", Message("damaged: {damage}", damage=health.damage), RESTORE)
    if health.last_night is None:
        yield Diagnosis("database", "warn", Message("no night yet"), Message("callqa run MANIFEST"))
    elif now - health.last_night > STALE:
        hours = (now - health.last_night).total_seconds() / 3600
        yield Diagnosis(
            "database",
            "warn",
            Message("the last night was begun {hours:.0f} hours ago", hours=hours),
            Message("see whether the schedule is at work"),
        )
    size = {"kind": health.kind, "megabytes": health.n_bytes / (1 << 20), "n": health.n_calls}
    whole = Message("{kind}, {megabytes:,.0f} MB, calls: {n:,}", **size)
    yield Diagnosis("database", "ok", Message("{whole}; a run is writing", whole=whole) if health.busy else whole)


def unreachable(error: StoreError) -> Diagnosis:
    fix = Message("start the server, or correct database_url; callqa doctor tries again")
    return Diagnosis("database", "fail", error.message, RESTORE if isinstance(error, StoreDamaged) else fix)


def _schema(health: DatabaseHealth) -> Iterator[Diagnosis]:
    if health.schema is None or health.schema == health.newest_schema:
        return
    if health.schema > health.newest_schema:
        yield Diagnosis(
            "database",
            "fail",
            Message("a newer callqa wrote it (schema {schema})", schema=health.schema),
            Message("install that version of callqa"),
        )
    else:
        yield Diagnosis(
            "database",
            "warn",
            Message(
                "its schema is {schema}, this version works with {newest}",
                schema=health.schema,
                newest=health.newest_schema,
            ),
            Message(
                "the next command brings it up to date, also callqa backup; to be able to go back, back it up with the "
                "version before (docs/upgrading.md)"
            ),
        )


@dataclass(frozen=True, slots=True)
class Prefect:
    """What the Prefect server said."""

    url: str
    named: bool = False
    """Whether the operator named it; then no night begins without it."""
    note: str = ""
    """The file in which `callqa schedule` noted that nights of this home depend on it; empty: it never did."""
    reachable: bool = False
    schedules: int = 0
    """Active ones of deployments called nightly."""
    late: int = 0
    """Runs of these that should have begun and have not."""
    last_state: str = ""
    """Of the run that was to begin last, e.g. COMPLETED; empty: none yet."""


def prefect(prefect_state: Prefect) -> Iterator[Diagnosis]:
    again = Message(
        "callqa schedule MANIFEST; or, if a timer begins the nights now: rm {note}", note=quote(prefect_state.note)
    )
    if not prefect_state.reachable and prefect_state.named:
        yield Diagnosis(
            "prefect",
            "fail",
            Message("no answer from {url}", url=prefect_state.url),
            Message("start it, or correct PREFECT_API_URL"),
        )
    elif not prefect_state.reachable and prefect_state.note:
        yield Diagnosis(
            "prefect",
            "fail",
            Message("callqa schedule is not at work: no answer from {url}", url=prefect_state.url),
            again,
        )
    elif not prefect_state.schedules and prefect_state.note:
        yield Diagnosis(
            "prefect",
            "fail",
            Message("callqa schedule is not at work: {url} has no schedule", url=prefect_state.url),
            again,
        )
    elif not prefect_state.schedules:
        server = (
            Message("{url} answers", url=prefect_state.url) if prefect_state.reachable else Message("no server at work")
        )
        alone = Message("{server}, no schedule; a timer has to begin callqa nightly or callqa run", server=server)
        yield Diagnosis("prefect", "ok", alone)
    else:
        yield from _schedules(prefect_state)


def _schedules(prefect_state: Prefect) -> Iterator[Diagnosis]:
    if prefect_state.late:
        yield Diagnosis(
            "prefect",
            "fail",
            Message("nightly runs that are late: {n}; nobody works them off", n=prefect_state.late),
            Message("callqa schedule MANIFEST"),
        )
    if prefect_state.last_state in ("FAILED", "CRASHED"):
        yield Diagnosis(
            "prefect",
            "warn",
            Message("the last nightly run ended as {state}", state=prefect_state.last_state),
            Message("callqa nightly MANIFEST goes on"),
        )
    if not prefect_state.late and prefect_state.last_state not in ("FAILED", "CRASHED"):
        yield Diagnosis(
            "prefect", "ok", Message("{url}, {n} schedule(s) active", url=prefect_state.url, n=prefect_state.schedules)
        )


def sources(chosen: Settings, file: Path) -> Diagnosis:
    """Where the settings come from: in another folder they are others, and so is everything below."""
    where = file if file.is_file() else Message("no {file}, so CALLQA_* variables and defaults", file=file)
    return Diagnosis("settings", "ok", Message("{where}; home {home}", where=where, home=chosen.home.absolute()))


def settings(chosen: Settings, unusable: Sequence[Message] = ()) -> Iterator[Diagnosis]:
    """Values that are allowed, and better thought over. ``unusable``: why files that they name cannot be used."""
    fix = Message("correct it, or the setting that names it; a night ends at once with this")
    broken = [Diagnosis("settings", "fail", why, fix) for why in unusable]
    complaints = [*broken, *_desk(chosen), *_night(chosen)]
    yield from complaints or [Diagnosis("settings", "ok", Message("read, and nothing risky in them"))]


def _desk(chosen: Settings) -> Iterator[Diagnosis]:
    desk = chosen.desk
    secure = desk.public_url.startswith("https://")
    if not _is_local(desk.host) and not secure:
        yield Diagnosis(
            "settings",
            "fail",
            Message(
                "desk.host = {host} lets the network in, without https: passwords and voices travel in the clear",
                host=desk.host,
            ),
            Message("put a proxy with TLS before it, keep desk.host = 127.0.0.1, set desk.public_url = https://..."),
        )
    if _is_local(desk.host) and not desk.public_url:
        yield Diagnosis(
            "settings",
            "warn",
            Message("desk.public_url is not set, so the desk is for this machine alone"),
            Message("if others are to use it: a proxy with TLS, and desk.public_url = https://..."),
        )
    host = urlsplit(desk.public_url).hostname
    if host and not secure and not _is_local(host) and _is_local(desk.host):
        yield Diagnosis(
            "settings",
            "fail",
            Message(
                "desk.public_url = {url} is without https: passwords and voices travel in the clear",
                url=desk.public_url,
            ),
            Message("a proxy with TLS, and desk.public_url = https://..."),
        )
    if secure and not desk.behind_proxy:
        yield Diagnosis(
            "settings",
            "warn",
            Message(
                "desk.public_url is https and desk.behind_proxy is off: everybody seems to sign in from one address"
            ),
            Message("desk.behind_proxy = true, if the proxy is on this machine and sets X-Forwarded-For"),
        )


def _night(chosen: Settings) -> Iterator[Diagnosis]:
    if chosen.asr.engine == "scripted":
        yield Diagnosis(
            "settings",
            "fail",
            Message("asr.engine = scripted hears nothing: it is for tests"),
            Message("asr.engine = faster-whisper"),
        )
    retention = chosen.retention
    if retention.nightly and not (
        retention.audio_days or retention.transcript_days or retention.score_days or retention.audit_days
    ):
        yield Diagnosis(
            "settings",
            "warn",
            Message("retention.nightly is on, and nothing has a limit: nothing is ever removed"),
            Message("set retention.audio_days, transcript_days, score_days or audit_days"),
        )
    if chosen.train.nightly == "adopt" and chosen.golden.floors is None:
        yield Diagnosis(
            "settings",
            "warn",
            Message("train.nightly = adopt, and golden.floors is not set: a new version need only be no worse"),
            Message("set golden.floors, or train.nightly = compare"),
        )
    alerts = chosen.alerts
    if not alerts.webhooks:
        yield Diagnosis(
            "settings",
            "warn",
            Message("nobody is told when a night fails"),
            Message("set alerts.webhooks, then: callqa alerts test"),
        )
    elif alerts.begun_by is None and alerts.ended_by is None:
        yield Diagnosis(
            "settings",
            "warn",
            Message("nobody is told when no night begins"),
            Message("set alerts.begun_by and alerts.ended_by"),
        )


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
