"""A desk at which people have been at work: whatever a page can be about is there, as number 1 where it has one."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

from browsing import AGENT, TEAM, Browser, SignIn
from httpx import Response
from sample_calls import put_sample

from callqa.types import Ticket
from services.sampling.draw import draw_sample, plan_for
from web.access.tokens import form_token
from web.desk import Desk

ITEM = "opening"


def live_in(desk: Desk, sign_in: SignIn, samples: Path, text: str = "", told: str = "", **facts: object) -> int:
    """The number of a call that people spoke of. ``text`` stands wherever anybody can write, in its facts, too.

    ``told``: what people write of the call instead; ``facts``: other facts of it.
    """
    rubric_context, named, told = desk.rubric_set[0], text or "一句话", told or text or "一句话"
    boss, trainer, inspector = sign_in("supervisor"), sign_in("trainer"), sign_in("inspector")
    agent = sign_in("agent", agent_id=text or AGENT)
    lead = sign_in("team_lead", teams=(text or TEAM, "A组"))
    pk = put_sample(rubric_context, samples, "D028", **(_facts(text) if text else facts))
    draw_sample(
        desk.rubric_set,
        plan_for(desk.rubric_set, "monthly"),
        "2026-11",
        None,
        "supervisor",
        datetime(2026, 12, 2, tzinfo=UTC),
    )
    done = [
        boss.post("/calibration/new", name=named, reviewer=["inspector", "supervisor"], calls="call-0001", item=[ITEM]),
        inspector.post("/calibration/answer", name=named, number=1, item=ITEM, verdict="met", note=told),
        boss.post("/queue/assign", to=["inspector"], limit=3),
        trainer.post("/training/playlists", playlist=named, item=ITEM, call=[pk, 2]),
        trainer.post("/training/playlists/1/note", text=told),
        trainer.post("/training/playlists/1/clip", order=1, note=told, question=told, answer=told),
        inspector.post(f"/calls/{pk}/manual", title=named[:60], points=-1, reason=told),
        inspector.post(f"/calls/{pk}/verdict", item=ITEM, action="override", verdict="violated", reason=told),
        agent.post(f"/calls/{pk}/appeal", item=ITEM, reason=told),
        lead.post("/appeals/1/decide", outcome="reject", reason=told),
        agent.post("/appeals/1/further", reason=told),
        boss.post("/configuration/begin", subject="rubric", name=rubric_context.rubric.id),
        boss.post("/roster/agent", id=text[:64] or AGENT, name=named[:64]),
        _send_manifest(boss, named),
    ]
    assert {answer.status_code for answer in done} == {303}, [answer.text for answer in done]
    new = {"full_name": named[:64], "role": "agent", "agent_id": "3005", "teams": named}
    assert sign_in("admin").post("/people", name="new.one", **new).status_code == 200
    return pk


def _send_manifest(browser: Browser, text: str) -> Response:
    content = io.StringIO()
    csv.writer(content).writerows([(text, "agent_id", "started_at"), (text, AGENT, "2026-11-02 08:00")])
    files = {"file": ("calls.csv", content.getvalue().encode())}
    return browser.client.post("/intake", data={"csrf": form_token(browser.token)}, files=files)


def _facts(text: str) -> dict[str, object]:
    ticket = Ticket(text, (text, text), text, text, text, text, text, text, text)
    return {
        "call_id": text, "agent_id": text, "team": text, "line": text, "recording_uri": text, "ticket": ticket,
        "said": text,
    }  # fmt: skip
