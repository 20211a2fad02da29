"""The trainer's commands: picks, skill cards and wordings. They show what `services.coaching.find` finds."""

from typing import Annotated

import pandas as pd
import typer
from rich.table import Table

from callqa.clock import padded_clock
from callqa.errors import ConfigError
from callqa.messages import words
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
from services.wording import VERDICTS

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
            title = _about(f"{KINDS[kind]}：{context.rubric.titles.get(item, item)}", rubric_set, context, month)
            if not examples:
                console.print(f"{title}：没有合适的通话。")
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
            title = _about(f"能力卡  {_head(skills)}", rubric_set, context, month)
            console.print(_card(context, title, skills) if skills.weaknesses else f"{title}：各项目均不低于班组同事。")
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
                title = _about(f"常见说法：{asked.title}", rubric_set, context, month)
                shown = [wording for verdict in TOLD for wording in [w for w in common if w.verdict is verdict][:n]]
                if shown:
                    console.print(rich_table(title, pd.DataFrame(map(_wording_row, shown))))
                else:
                    console.print(f"{title}：没有两通以上通话有相同的说法。")


def _having(rubric_set: RubricSet, item: str) -> RubricSet:
    """Those whose rubric has the item; where none has, the first, which says so."""
    return [
        context for context in rubric_set if item in {*context.rubric.titles, *context.rubric.titles.values()}
    ] or rubric_set[:1]


def _about(subject: str, rubric_set: RubricSet, context: RubricContext, period: str) -> str:
    """A title; where several rubrics are in use it says which."""
    return f"{subject}  {period}" + (f"（{context.rubric.title}）" if len(rubric_set) > 1 else "")


def _pick_row(example: Example) -> dict[str, object]:
    total = example.candidate.total
    return {
        "工号": example.candidate.agent_id,
        "分类": example.candidate.category,
        "通话编号": example.clip.call_id,
        "得分": None if total is None else round(total, 1),
        "判定": VERDICTS[example.clip.verdict] + ("（人工）" if example.candidate.letter.islower() else ""),
        "起止": from_to(example.clip),
        "原因": words("zh")(example.reason),
        "原话": example.quote if len(example.quote) <= QUOTED else example.quote[: QUOTED - 1] + "…",
    }


def _wording_row(wording: Wording) -> dict[str, object]:
    return {
        "判定": VERDICTS[wording.verdict],
        "说法": wording.text,
        "通话数": wording.n_calls,
        "坐席数": wording.n_agents,
        "例": f"{wording.example.call_id} {padded_clock(wording.example.start)}",
    }


def _head(skills: SkillCard) -> str:
    return "  ".join(part for part in (skills.agent_id, skills.team, f"{skills.n_calls} 通") if part)


def _card(context: RubricContext, title: str, skills: SkillCard) -> Table:
    rows = (_card_row(context.rubric.titles[line.gap.now.item_id], line) for line in skills.weaknesses)
    return rich_table(title, pd.DataFrame(rows))


def _card_row(title: str, line: Weakness) -> dict[str, object]:
    gap = line.gap
    return {
        "项目": title,
        "合格": _share(gap.now),
        "同事": "" if gap.colleagues.rate is None else f"{gap.colleagues.rate:.0%}",
        "差距": f"{gap.size:.0%}" + ("" if gap.certain else "（尚不能断定）"),
        "上期": _share(gap.before),
        "变化": _change(gap.change),
        "本人片段": _place(line.own),
        "同事示例": _place(line.good, named=True),
    }


def _share(rate: ItemRate) -> str:
    if rate.rate is None or rate.low is None or rate.high is None:
        return ""
    return f"{rate.rate:.0%}（{rate.passed}/{rate.scored}，{rate.low:.0%}–{rate.high:.0%}）"


def _change(change: ShareChange | None) -> str:
    if change is None:
        return ""
    return "持平" if not change.sure else "↑ 上升" if change.change > 0 else "↓ 下降"


def _place(example: Example | None, named: bool = False) -> str:
    if example is None:
        return ""
    return f"{example.clip.call_id}{f'（{example.candidate.agent_id}）' if named else ''} {from_to(example.clip)}"
