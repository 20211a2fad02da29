"""Takes the pictures of docs/screenshots anew: python tests/web/screenshots.py [PAGE ...] (make screenshots)."""

import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests/helpers"), str(ROOT / "tests/web")]

from browsing import AGENT  # noqa: E402
from chromium import Window, program, running, serving  # noqa: E402
from rich.console import Console  # noqa: E402
from sample_calls import put_sample  # noqa: E402
from synthetic import Synthetic, fill_home  # noqa: E402

from callqa.days import Days  # noqa: E402
from callqa.messages import Message  # noqa: E402
from callqa.people import Role  # noqa: E402
from callqa.phrases import sounds_key  # noqa: E402
from callqa.settings import AsrSettings, Settings  # noqa: E402
from callqa.types import Call, TranscriptQuality  # noqa: E402
from flows.stages import index  # noqa: E402
from services.appeals import steps  # noqa: E402
from services.calls.call_list import list_calls  # noqa: E402
from services.context import RubricContext  # noqa: E402
from store.calls import failures, figures, read, write  # noqa: E402
from store.people import accounts, sign_ins  # noqa: E402
from store.search import blocks as search  # noqa: E402
from store.tables import calls  # noqa: E402
from web.access.tokens import new_token, token_hash  # noqa: E402
from web.app import create_app  # noqa: E402
from web.desk import Desk, open_desk  # noqa: E402

PICTURES = ROOT / "docs" / "screenshots"
NOW = datetime(2026, 11, 24, 1, 20, tzinfo=UTC)
LAST_DAY = date(2026, 11, 23)
MANY = Synthetic(n_calls=600, n_agents=24, n_teams=4, n_days=22, best=0.995, step=0.005, unsure=0.004)


def main(*only: str) -> None:
    """``only``: names of pages; none: all."""
    chromium_path = program()
    assert chromium_path, "install Chromium first: apt install chromium fonts-wqy-zenhei"
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "script.json")
        script.write_text("{}")
        settings = Settings(home=Path(folder, "home"), asr=AsrSettings(engine="scripted", script=script))
        fill_home(settings, MANY)
        with open_desk(settings) as desk, running(chromium_path) as browser:
            desk.now = lambda: NOW
            call = put_sample(desk.rubric_set[0], ROOT / "samples", "D028")
            index_calls(desk.rubric_set[0])
            list_calls(desk.rubric_set, Console(quiet=True))
            contest(desk)
            last_night(desk, LAST_DAY)
            with serving(create_app(settings, desk)) as address:
                take(Window(browser, address, []), desk, call, only)


def index_calls(rubric_context: RubricContext) -> None:
    """So that searches find them."""
    with rubric_context.store.read() as c:
        ids = search.to_index(c, rubric_context.keys, sounds_key())
    index(rubric_context, ids)


def contest(desk: Desk) -> None:
    """A few appeals, so that there is something to decide."""
    (rubric_context,) = desk.rubric_set
    steps.submit(rubric_context, "D028", "interruption", AGENT, "请听 0:43，市民已经说完，我才开口", NOW)
    with desk.store.read() as c:
        rows = [row for row in list(read.scores(c, rubric_context.keys))[::60] if row.call_id != "D028"]
    for row in rows:
        violated = rubric_context.sheet(row).failed
        if violated:
            steps.submit(
                rubric_context, row.call_id, violated[0], row.agent_id, "录音 0:05 处已经说过，请再听一遍", NOW
            )


def last_night(desk: Desk, day: date) -> None:
    """A night that took in the calls of this day. Of one the manifest had no agent, and two recordings were broken."""
    (rubric_context,) = desk.rubric_set
    with desk.store.write() as c:
        heard = [float(seconds) for seconds in figures.scored_calls(c, rubric_context.keys, Days(day, day)).seconds]
        failures.put_failure(c, "ingest", "calls-20261123.csv:17", "no_agent", Message("line 17: agent_id is missing"))
        for n, reason in enumerate(("truncated", "empty_file"), MANY.n_calls + 1):
            sha256, began = f"{n:064x}", datetime.combine(day, time(8, n % 60), rubric_context.zone)
            broken = Call(f"call-{n:04}", f"{3000 + n % MANY.n_agents}", began, f"recordings/{n}.wav", agent_channel=0)
            write.put_call(c, broken, sha256, 4096, "1:1")
            for _ in range(rubric_context.settings.flow.max_attempts):
                key = failures.transcribe_key(sha256, 0, rubric_context.keys.engine_key)
                failures.put_failure(c, "transcribe", key, reason, Message("export it anew"))
        n_heard = len(heard)
        turns = TranscriptQuality(2 * sum(heard), sum(heard), 2, 8 * n_heard, 3, 1, n_heard, 0, 0, 12)
        stages = {
            "ingest": {"new": n_heard + 2, "same": 0, "replaced": 0, "refused": 1},
            "transcribe": {"done": n_heard, "failed": 2, "seconds": sum(heard) / 16, "audio": sum(heard)},
            "check": {"done": n_heard, "failed": 0, "seconds": 9.4},
            "score": {"done": n_heard, "failed": 0, "seconds": 1.2},
            "index": {"done": n_heard, "failed": 0, "seconds": 1.8},
            "golden": {"n_calls": 40, "macro_f1": 0.94, "wrongly_failed": 0.011, "n_short": 0},
        }
        stages["transcribe"] |= {"hygiene": asdict(turns)}
        pk = write.start_run(c, "nightly", rubric_context.keys)
        write.finish_run(c, pk, stages)
        began = datetime.combine(NOW.astimezone(rubric_context.zone), time(1), rubric_context.zone)
        times = {"started_at": began, "finished_at": began + timedelta(seconds=sum(heard) / 16 + 40)}
        c.execute(calls.run.update().where(calls.run.c.id == pk).values(times))


def take(window: Window, desk: Desk, call: int, only: tuple[str, ...]) -> None:
    boss = signed_in(desk, "supervisor", "王芳", Role.SUPERVISOR)
    pages = {
        "overview": "/",
        "calls": "/calls",
        "call": f"/calls/{call}",
        "agents": "/agents",
        "brief": "/brief",
        "agent": "/agent?id=3021",
        "queue": "/queue?whose=free",
        "appeal": "/appeals/1",
        "search": "/search?q=张阳路",
        "rubrics": "/rubrics",
        "training": "/training?item=hold_notice&kind=worst&month=2026-11",
    }
    schemes = dict.fromkeys(pages, "light") | {"call-dark": "dark"}
    pages["call-dark"] = pages["call"]
    for name, scheme in schemes.items():
        if only and name not in only:
            continue
        page = window.open(pages[name], boss, scheme=scheme)
        page.wait_for_timeout(700)  # charts and waveforms are drawn
        page.screenshot(path=PICTURES / f"{name}.png")
        page.context.close()


def signed_in(desk: Desk, name: str, full_name: str, role: Role) -> str:
    now, token = datetime.now(UTC), new_token()
    with desk.store.write() as c:
        account = accounts.add_account(c, accounts.NewAccount(name, full_name, role), now)
        sign_ins.start_session(c, account.pk, token_hash(token), "", NOW, NOW + timedelta(hours=1))
    return token


if __name__ == "__main__":
    main(*sys.argv[1:])
