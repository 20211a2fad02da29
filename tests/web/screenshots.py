"""Takes the pictures of docs/screenshots anew: python tests/web/screenshots.py (make screenshots)."""

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests/web")]

from chromium import Window, program, running, serving  # noqa: E402
from made_up import MadeUp, fill_home  # noqa: E402
from rich.console import Console  # noqa: E402
from sample_calls import put_sample  # noqa: E402

from callqa.people import Role  # noqa: E402
from callqa.phrases import sounds_key  # noqa: E402
from callqa.settings import AsrSettings, Settings  # noqa: E402
from callqa.types import Verdict  # noqa: E402
from flows.listing import list_calls  # noqa: E402
from flows.people import appealing  # noqa: E402
from flows.stages import index  # noqa: E402
from flows.wiring import Run  # noqa: E402
from store import accounts, read, search, sign_ins  # noqa: E402
from web.access.tokens import new_token, token_hash  # noqa: E402
from web.app import create_app  # noqa: E402
from web.desk import Desk, open_desk  # noqa: E402

PICTURES = ROOT / "docs" / "screenshots"
NOW = datetime(2026, 11, 24, 1, 20, tzinfo=UTC)
MANY = MadeUp(n_calls=600, n_agents=24, n_teams=4, n_days=22)


def main() -> None:
    found = program()
    assert found, "install Chromium first: apt install chromium fonts-wqy-zenhei"
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "script.json")
        script.write_text("{}")
        settings = Settings(home=Path(folder, "home"), asr=AsrSettings(engine="scripted", script=script))
        fill_home(settings, MANY)
        with open_desk(settings) as desk, running(found) as browser:
            desk.now = lambda: NOW
            call = put_sample(desk.book[0], ROOT / "samples", "D028")
            index_calls(desk.book[0])
            list_calls(desk.book, Console(quiet=True))
            contest(desk)
            with serving(create_app(settings, desk)) as address:
                take(Window(browser, address, []), desk, call)


def index_calls(run: Run) -> None:
    """So that searches find them."""
    with run.store.read() as c:
        ids = search.to_index(c, run.keys, sounds_key())
    index(run, ids)


def contest(desk: Desk) -> None:
    """A few appeals, so that there is something to decide."""
    (run,) = desk.book
    with desk.store.read() as c:
        rows = list(read.scores(c, run.keys))[::60]
    for row in rows:
        violated = [one.item_id for one in run.sheet(row).items if one.verdict is Verdict.VIOLATED]
        if violated:
            appealing.submit(run, row.call_id, violated[0], row.agent_id, "录音 0:05 处已经说过，请再听一遍")


def take(window: Window, desk: Desk, call: int) -> None:
    boss = signed_in(desk, "supervisor", "王芳", Role.SUPERVISOR)
    pages = {
        "overview": "/",
        "calls": "/calls",
        "call": f"/calls/{call}",
        "agents": "/agents",
        "agent": "/agent?id=3004",
        "queue": "/queue?whose=free",
        "appeal": "/appeals/1",
        "search": "/search?q=张阳路",
        "rubrics": "/rubrics",
        "training": "/training?item=hold_notice&kind=worst&month=2026-11",
    }
    for name, path in pages.items():
        page = window.open(path, boss)
        page.wait_for_timeout(700)  # charts and waveforms are drawn
        page.screenshot(path=PICTURES / f"{name}.png")
        page.context.close()
    page = window.open(f"/calls/{call}", boss, scheme="dark")
    page.wait_for_timeout(700)
    page.screenshot(path=PICTURES / "call-dark.png")


def signed_in(desk: Desk, name: str, full_name: str, role: Role) -> str:
    now, token = datetime.now(UTC), new_token()
    with desk.store.write() as c:
        account = accounts.add_account(c, accounts.NewAccount(name, full_name, role), now)
        sign_ins.start_session(c, account.pk, token_hash(token), "", NOW, NOW + timedelta(hours=1))
    return token


if __name__ == "__main__":
    main()
