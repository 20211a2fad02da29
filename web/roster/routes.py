"""The roster: the list, one agent with their teams, a file put in, and the roster taken out as a file."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated

from fastapi import File, Form, Query, UploadFile
from starlette.responses import Response

from callqa.errors import ConfigError
from callqa.people import plain_id
from callqa.roster import BEGINNING, Membership, RosterAgent
from callqa.spreadsheet import never_run
from services.roster import changes
from services.roster.file import read_date, roster_rows
from store import Connection
from store.people import roster
from web.access.request_context import Context, NotThere, RequestContext
from web.access.roles import Permission
from web.roster.build import agent_form, agent_href, roster_page, today_of
from web.roster.view import AgentForm, RosterPage
from web.routing import Area, Then
from web.uploads import content_of

area = Area("roster")

AgentId = Annotated[str, Form(max_length=64)]
Short = Annotated[str, Form(max_length=64)]
Day = Annotated[str, Form(max_length=20)]
HEADER = ("工号", "姓名", "班组", "班组长", "入职日期", "起始日期")


@area.page("/roster", "roster/list.html", Permission.ROSTER)
def roster_list(
    context: Context, q: Annotated[str, Query(max_length=64)] = "", after: Annotated[str, Query(max_length=64)] = ""
) -> RosterPage:
    return roster_page(context, q.strip(), after)


@area.page("/roster/agent", "roster/agent.html", Permission.ROSTER)
def roster_agent(context: Context, id: Annotated[str, Query(max_length=64)] = "") -> AgentForm:
    with context.desk.store.read() as c:
        return agent_form(context, c, plain_id(id))


@area.get("/roster/roster.csv", Permission.ROSTER)
def as_csv(context: Context) -> Response:
    """All of it, a row for each team of an agent: what an import takes in again."""
    with context.desk.store.read() as c:
        agents = roster.roster_of(c)
    context.log_action("roster_exported", "roster", n=len(agents))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(context.say, HEADER))
    for agent in agents.values():
        for member in agent.teams or (Membership(BEGINNING, ""),):
            cells = (agent.agent_id, agent.name, member.team, member.lead, agent.hired_on or "", member.first)
            writer.writerow(map(never_run, cells))
    headers = {"Content-Disposition": 'attachment; filename="roster.csv"'}
    return Response(f"\ufeff{text.getvalue()}", media_type="text/csv; charset=utf-8", headers=headers)


@area.action("/roster/import", Permission.ROSTER)
def take_in(context: Context, file: Annotated[UploadFile, File()]) -> Then:
    """Puts a file on the roster. Agents who are not in it stay."""
    try:
        rows = roster_rows(content_of(file), file.filename or "")
    except ConfigError as error:
        return Then("/roster", context.refusal(error), "refused")
    today = date.fromisoformat(today_of(context))
    with context.desk.store.write() as c:
        report = changes.take_in(c, rows, today, *_author(context))
    text = context.say(
        "名册已导入：新增 {new} 人，更新 {changed} 人，{same} 人不变",
        new=len(report.new), changed=len(report.changed), same=report.n_same,
    )  # fmt: skip
    return Then("/roster", text + _moved(context, report.n_moved))


@area.action("/roster/agent", Permission.ROSTER)
def save(
    context: Context, id: AgentId = "", name: Short = "", hired_on: Day = "", team: Short = "", lead: Short = ""
) -> Then:
    """``team``, ``lead``: of a new agent, from the beginning."""
    agent_id = plain_id(id)
    if not agent_id or not agent_id.isprintable():
        return Then("/roster/agent", context.say("请填写工号"), "refused")
    day = read_date(hired_on) if hired_on.strip() else None
    if hired_on.strip() and day is None:
        return Then(agent_href(agent_id), context.say("入职日期无法识别，请写成 2026-03-01"), "refused")
    with context.desk.store.write() as c:
        known = roster.roster_of(c, [agent_id]).get(agent_id)
        agent = replace(known or RosterAgent(agent_id), name=name.strip(), hired_on=day)
        if known is None and team.strip():
            agent = changes.with_team(agent, Membership(BEGINNING, team.strip(), lead.strip()))
        n_moved = changes.keep_agent(c, agent, *_author(context))
    return Then(agent_href(agent_id), context.say("已保存 {agent}", agent=agent_id) + _moved(context, n_moved))


@area.action("/roster/agent/team", Permission.ROSTER)
def change_team(context: Context, id: AgentId = "", team: Short = "", lead: Short = "", first: Day = "") -> Then:
    """The agent is in this team from the first day on; without one, from the beginning."""
    here = agent_href(plain_id(id))
    day = read_date(first) if first.strip() else None
    if not team.strip():
        return Then(here, context.say("请填写班组"), "refused")
    if first.strip() and day is None:
        return Then(here, context.say("起始日期无法识别，请写成 2026-03-01"), "refused")
    membership = Membership(f"{day}" if day else BEGINNING, team.strip(), lead.strip())
    with context.desk.store.write() as c:
        agent = changes.with_team(_known(c, id), membership)
        n_moved = changes.keep_agent(c, agent, *_author(context))
    return Then(here, context.say("已保存 {agent}", agent=agent.agent_id) + _moved(context, n_moved))


@area.action("/roster/agent/team/remove", Permission.ROSTER)
def remove_team(context: Context, id: AgentId = "", first: Day = "") -> Then:
    """As if there had been no change on that day."""
    with context.desk.store.write() as c:
        agent = changes.without_team(_known(c, id), first)
        n_moved = changes.keep_agent(c, agent, *_author(context))
    text = context.say("已删除这次变动") + _moved(context, n_moved)
    return Then(agent_href(agent.agent_id), text)


@area.action("/roster/agent/remove", Permission.ROSTER)
def remove(context: Context, id: AgentId = "") -> Then:
    with context.desk.store.write() as c:
        agent = _known(c, id)
        changes.remove_agent(c, agent.agent_id, *_author(context))
    return Then("/roster", context.say("已将 {agent} 移出名册；其通话和班组不变", agent=agent.agent_id))


def _known(c: Connection, agent_id: str) -> RosterAgent:
    if agent := roster.roster_of(c, [plain_id(agent_id)]).get(plain_id(agent_id)):
        return agent
    raise NotThere


def _moved(context: RequestContext, n_moved: int) -> str:
    return context.say("；{n} 通电话随之归入所在班组", n=n_moved) if n_moved else ""


def _author(context: RequestContext) -> tuple[str, datetime, str, str]:
    author = context.author
    return author.name, author.at, author.role, author.address
