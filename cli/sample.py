"""`callqa sample`: which calls people hear, by a plan and by chance, and what they say of all calls."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from callqa.errors import ConfigError, system_problem
from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from cli.options import By
from cli.output import rich_table
from cli.queue import read_shares
from reports.frames.files import write_csv
from reports.frames.samples import call_table, design_table, estimate_table, reason_table, sample_table
from scoring.review.queue import share_out
from scoring.sampling import SamplePlan
from services.console import wide_console
from services.context import RubricSet, open_rubric_set, titles_of
from services.review.queue import give_out
from services.sampling.draw import choose_period, draw_sample, find_sample, look, new_seed, plan_for, why_none
from services.sampling.estimate import estimate as estimate_sample
from store.people import samples

sample_app = typer.Typer(
    help="Draw calls for people to hear, by a plan and by chance, and say what they tell of all calls.",
    no_args_is_help=True,
)
console = wide_console()

Plan = Annotated[str, typer.Argument(help="Id of a shipped plan, or a YAML file.")]
DrawnPlan = Annotated[str, typer.Argument(help="The plan's id, or its YAML file.")]
Period = Annotated[str, typer.Argument(help="As in: callqa sample list.")]
SHOWN = 40


@sample_app.command()
def check(plan: Plan) -> None:
    """Read a plan, and say what is wrong with it or what it would draw from the last period that is over."""
    with open_rubric_set(load_settings()) as rubric_set:
        chosen = plan_for(rubric_set, plan)
        period = choose_period(chosen, None, _now(), rubric_set[0].zone)
        drawing = look(rubric_set, chosen, period, new_seed())
    right = _("plan {id} is right: {title}", id=chosen.id, title=chosen.title)
    console.print(right, highlight=False, markup=False)
    if drawing.result.calls:
        _print_table(f"{period} 将抽取（候选 {drawing.result.n_candidates} 通）", design_table(drawing.result, chosen))
    else:
        console.print(f"{period} 没有可抽取的通话：{why_none(drawing)}", highlight=False, markup=False, soft_wrap=True)


@sample_app.command()
def draw(
    plan: Plan,
    period: Annotated[
        str | None,
        typer.Option(help="2026-11-24, 2026-W47 or 2026-11, as the plan says.", show_default="the last one over"),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Your name or number; it is kept with what you do.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be drawn; keep nothing.")] = False,
    seed: Annotated[
        str | None,
        typer.Option(help="For a draw that can be repeated; it is kept, and marked as given.", show_default="chance"),
    ] = None,
) -> None:
    """Draw a period's calls, once: drawing again shows the same sample."""
    if not by and not dry_run:
        raise ConfigError("sampling.no_author")
    with open_rubric_set(load_settings()) as rubric_set:
        chosen = plan_for(rubric_set, plan)
        period = choose_period(chosen, period, _now(), rubric_set[0].zone)
        if dry_run:
            _print_drawing(rubric_set, chosen, period, seed)
            return
        stored, is_new = draw_sample(rubric_set, chosen, period, seed, by, _now())
        with rubric_set[0].store.read() as connection:
            calls = samples.calls_of(connection, stored.pk)
    _print_table(f"{chosen.title} {period}", reason_table((call.drawn for call in calls), chosen))
    done = "已抽取" if is_new else f"此前已由 {stored.author} 抽取，未重新抽取，共"
    console.print(
        f"{done} {stored.n_calls} 通，候选 {stored.n_candidates} 通，种子 {stored.seed}；"
        f"清单：callqa sample show {stored.plan_id} {period}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


@sample_app.command("list")
def list_samples() -> None:
    """List the samples that were drawn."""
    with open_rubric_set(load_settings()) as rubric_set:
        with rubric_set[0].store.read() as connection:
            stored = samples.samples(connection)
        table = sample_table(rubric_set[0].zone, stored)
    if stored:
        _print_table("抽检", table)
    else:
        console.print("还没有抽取过；请运行 callqa sample draw PLAN --by NAME")


@sample_app.command()
def show(
    plan: DrawnPlan,
    period: Period,
    csv: Annotated[Path | None, typer.Option(help="Write the calls to this file instead.")] = None,
) -> None:
    """Show a sample's calls: stratum, probability, and why each was drawn."""
    with open_rubric_set(load_settings()) as rubric_set:
        stored = find_sample(rubric_set, plan, period)
        with rubric_set[0].store.read() as connection:
            table = call_table(rubric_set[0].zone, samples.calls_of(connection, stored.pk))
    if csv:
        try:
            write_csv(table, csv)
        except OSError as error:
            raise ConfigError("file.not_written", path=csv, why=system_problem(error)) from error
        console.print(f"{len(table)} 通已写入 {csv}", highlight=False, soft_wrap=True)
        return
    _print_table(f"{stored.document['title']} {period}（{len(table)} 通）", table)


@sample_app.command()
def assign(
    plan: DrawnPlan,
    period: Period,
    to: Annotated[list[str], typer.Option(help="Who hears them; once for each person. With a share: 王丽:2.")],
    by: By,
) -> None:
    """Give out a sample's calls that nobody was asked to hear yet. Nobody gets a call of their own."""
    shares = read_shares(to)
    with open_rubric_set(load_settings()) as rubric_set:
        stored = find_sample(rubric_set, plan, period)
        given_out = give_out(rubric_set, lambda calls: share_out(calls, shares), by, sample=stored.name)
    for name, n in sorted(Counter(given_out.reviewer_of.values()).items()):
        console.print(f"{name}：{n} 通", highlight=False, markup=False)
    if given_out.nobody:
        console.print(f"{len(given_out.nobody)} 通是听取人本人的通话，未分配。", highlight=False)
    if not given_out.reviewer_of and not given_out.nobody:
        console.print("这次抽检没有未分配的通话。")


@sample_app.command()
def estimate(plan: DrawnPlan, period: Period) -> None:
    """What people found in a sample says of all its calls: weighted means with 95 % intervals."""
    with open_rubric_set(load_settings()) as rubric_set:
        stored = find_sample(rubric_set, plan, period)
        figures = estimate_sample(rubric_set, stored)
        titles = titles_of(rubric_set)
    _print_table(f"{stored.document['title']} {period} 估计（95% 区间）", estimate_table(titles, figures))
    console.print(f"抽取 {figures.n_drawn} 通，已听 {figures.n_heard} 通；代表 {figures.n_calls} 通", highlight=False)
    if figures.n_heard < figures.n_drawn:
        console.print("未听的通话按同层已听的通话估计；全部听完后估计才可靠。")
    if figures.n_earlier:
        console.print(
            f"其中 {figures.n_earlier} 通由更早的抽检抽取（已听 {figures.n_earlier_heard} 通），"
            "不重复抽取，按其本身计入。",
            highlight=False,
        )
    if (then := stored.n_candidates + figures.n_earlier) != figures.n_calls:
        console.print(f"抽取时候选为 {then} 通，此后通话有增减；新增的通话没有入选机会。", highlight=False)


def _print_drawing(rubric_set: RubricSet, plan: SamplePlan, period: str, seed: str | None) -> None:
    """A draw that is not kept."""
    drawing = look(rubric_set, plan, period, seed or new_seed())
    if not drawing.result.calls:
        raise ConfigError("sampling.nothing_to_draw", period=period, plan=plan.id, why=why_none(drawing))
    rows = [(call.call_id, call.why, call.stratum, round(call.probability, 4)) for call in drawing.result.calls[:SHOWN]]
    _print_table(
        f"将抽取的通话{f'（前 {SHOWN} 通）' if len(drawing.result.calls) > SHOWN else ''}",
        pd.DataFrame(rows, columns=["通话编号", "入选原因", "层", "入选概率"]),
    )
    _print_table(f"{plan.title} {period}（试抽，未保存）", design_table(drawing.result, plan))
    console.print(
        f"试抽 {len(drawing.result.calls)} 通，候选 {drawing.result.n_candidates} 通，种子 {drawing.seed}",
        highlight=False,
    )


def _print_table(title: str, table: pd.DataFrame) -> None:
    console.print(rich_table(title, table))


def _now() -> datetime:
    return datetime.now(UTC)
