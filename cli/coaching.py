"""The trainer's commands: picks, skill cards and wordings. They show what `services.coaching.find` finds."""

from typing import Annotated

import pandas as pd
import typer
from rich.table import Table

from callqa.clock import padded_clock
from callqa.errors import ConfigError
from callqa.messages import Message, Text
from callqa.messages import terminal_text as _
from callqa.people import plain_id
from callqa.settings import load_settings
from callqa.types import Verdict
from cli.options import Period, Rubric
from cli.output import rich_table
from cli.period import choose_period
from cli.playlist import By, from_to, save_clips
from scoring.coaching import Kind, Wording
from scoring.figures import ItemRate, ShareChange
from services.coaching.find import Example, SkillCard, Weakness, find_examples, skill_card
from services.coaching.wordings import find_wordings
from services.console import wide_console
from services.context import RubricContext, RubricSet, open_rubric_set
from services.wording import VERDICTS, verdict_name

console = wide_console()

QUOTED = 40  # characters of a quote in the terminal
KINDS: dict[Kind, str] = {"best": "优秀示例", "worst": "不合格示例", "borderline": "临界通话"}
TOLD = (Verdict.VIOLATED, Verdict.UNSURE, Verdict.MET)  # first what does not count

Save = Annotated[str | None, typer.Option(metavar="PLAYLIST", help="Add the clips to a playlist, made when needed.")]


def picks(
    item: Annotated[str, typer.Argument(help="Id or title of an item of the rubric, e.g. opening or 开头语.")],
    kind: Annotated[Kind, typer.Option(help="Good examples, bad ones, or calls to talk about.")] = "best",
    n: Annotated[int, typer.Option("--n", min=1, max=100, help="How many calls at most.")] = 5,
    period: Period = None,
    rubric: Rubric = None,
    team: Annotated[str | None, typer.Option(help="Only calls of this team.")] = None,
    save: Save = None,
    by: By = None,
) -> None:
    """Find calls that show an item best, spread over agents and categories."""
    with open_rubric_set(load_settings(rubric=rubric)) as rubric_set:
        month = choose_period(rubric_set[0], period)
        for context in _having(rubric_set, item):
            examples = find_examples(context, item, kind, n, month, team)
            subject = Message("{what}: {item}", what=Message(KINDS[kind]), item=context.rubric.titles.get(item, item))
            title = _about(subject, rubric_set, context, month)
            if not examples:
                console.print(_("{title}: no call fits", title=title))
                continue
            console.print(rich_table(title, pd.DataFrame(map(_pick_row, examples))))
            if save is not None:
                save_clips(context, save, [example.clip for example in examples], by)


def card(
    agent: Annotated[str, typer.Argument(help="Agent id, as in the manifest.", parser=plain_id, metavar="agent")],
    period: Period = None,
    rubric: Rubric = None,
    save: Save = None,
    by: By = None,
) -> None:
    """Show what an agent should practise: the three weakest items, two clips each, and the trend."""
    with open_rubric_set(load_settings(rubric=rubric)) as rubric_set:
        month = choose_period(rubric_set[0], period)
        cards = [(context, skills) for context in rubric_set if (skills := skill_card(context, agent, month))]
        if not cards:
            raise ConfigError("agent.no_scored_calls", agent=agent, month=month)
        for context, skills in cards:
            title = _about(Message("skill card  {agent}", agent=_head(skills)), rubric_set, context, month)
            if skills.weaknesses:
                console.print(_card(context, title, skills))
            else:
                console.print(_("{title}: no item is below the colleagues of the team", title=title))
            clips = [example.clip for line in skills.weaknesses for example in (line.own, line.good) if example]
            if save is not None and clips:
                save_clips(context, save, clips, by)


def wordings(
    item: Annotated[str | None, typer.Argument(help="Id or title of an item.", show_default="all with phrases")] = None,
    period: Period = None,
    rubric: Rubric = None,
    n: Annotated[int, typer.Option("--n", min=1, help="Wordings of each verdict.")] = 5,
) -> None:
    """Show what agents really say where a phrase is asked for, the commonest first."""
    with open_rubric_set(load_settings(rubric=rubric)) as rubric_set:
        month = choose_period(rubric_set[0], period)
        for context in rubric_set if item is None else _having(rubric_set, item):
            for asked, common in find_wordings(context, item, month):
                title = _about(Message("common wordings: {item}", item=asked.title), rubric_set, context, month)
                shown = [wording for verdict in TOLD for wording in [w for w in common if w.verdict is verdict][:n]]
                if shown:
                    console.print(rich_table(title, pd.DataFrame(map(_wording_row, shown))))
                else:
                    console.print(_("{title}: no wording is that of two calls", title=title))


def _having(rubric_set: RubricSet, item: str) -> RubricSet:
    """Those whose rubric has the item; where none has, the first, which says so."""
    return [
        context for context in rubric_set if item in {*context.rubric.titles, *context.rubric.titles.values()}
    ] or rubric_set[:1]


def _about(subject: Message, rubric_set: RubricSet, context: RubricContext, period: str) -> Message:
    """A title; where several rubrics are in use it says which."""
    if len(rubric_set) > 1:
        return Message("{subject}  {period} ({rubric})", subject=subject, period=period, rubric=context.rubric.title)
    return Message("{subject}  {period}", subject=subject, period=period)


def _pick_row(example: Example) -> dict[str, object]:
    total, verdict = example.candidate.total, Message(verdict_name(example.clip.verdict))
    return {
        "工号": example.candidate.agent_id,
        "分类": example.candidate.category,
        "通话编号": example.clip.call_id,
        "得分": None if total is None else round(total, 1),
        "判定": Message("{verdict} (by a person)", verdict=verdict) if example.candidate.letter.islower() else verdict,
        "起止": from_to(example.clip),
        "原因": example.reason,
        "原话": example.quote if len(example.quote) <= QUOTED else example.quote[: QUOTED - 1] + "…",
    }


def _wording_row(wording: Wording) -> dict[str, object]:
    return {
        "判定": Message(VERDICTS[wording.verdict]),
        "说法": wording.text,
        "通话数": wording.n_calls,
        "坐席数": wording.n_agents,
        "例": f"{wording.example.call_id} {padded_clock(wording.example.start)}",
    }


def _head(skills: SkillCard) -> str:
    n_calls = _("calls: {n}", n=skills.n_calls)
    return "  ".join(part for part in (skills.agent_id, skills.team, n_calls) if part)


def _card(context: RubricContext, title: Message, skills: SkillCard) -> Table:
    rows = (_card_row(context.rubric.titles[line.gap.now.item_id], line) for line in skills.weaknesses)
    return rich_table(title, pd.DataFrame(rows))


def _card_row(title: str, line: Weakness) -> dict[str, object]:
    gap = line.gap
    return {
        "项目": title,
        "合格": _share(gap.now),
        "同事": "" if gap.colleagues.rate is None else f"{gap.colleagues.rate:.0%}",
        "差距": f"{gap.size:.0%}" if gap.certain else Message("{gap:.0%} (not certain yet)", gap=gap.size),
        "上期": _share(gap.before),
        "变化": _change(gap.change),
        "本人片段": _place(line.own),
        "同事示例": _place(line.good, named=True),
    }


def _share(rate: ItemRate) -> Text:
    if rate.rate is None or rate.low is None or rate.high is None:
        return ""
    return Message(
        "{rate:.0%} ({passed}/{scored}, {low:.0%}–{high:.0%})",
        rate=rate.rate,
        passed=rate.passed,
        scored=rate.scored,
        low=rate.low,
        high=rate.high,
    )


def _change(change: ShareChange | None) -> Text:
    if change is None:
        return ""
    return Message("持平" if not change.sure else "↑ 上升" if change.change > 0 else "↓ 下降")


def _place(example: Example | None, named: bool = False) -> Text:
    if example is None:
        return ""
    call, place = example.clip.call_id, from_to(example.clip)
    if named:
        return Message("{call} ({agent}) {place}", call=call, agent=example.candidate.agent_id, place=place)
    return f"{call} {place}"
