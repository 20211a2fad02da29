"""`callqa calibrate`: several people judge the same calls blind, and see afterwards where they differ."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from callqa.errors import ConfigError
from callqa.messages import Joined, Message
from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from cli.options import CallId, somebody
from cli.output import rich_table
from reports.frames.calibration import write_answer_sheet
from scoring.agreement.calibration import CalibrationReport, PairAgreement
from services.calibration.answer_sheet import read_answer, read_answer_sheet
from services.calibration.sessions import Answer, draw, n_missing, new_session, put_answers, report_of
from services.console import wide_console
from services.context import RubricContext, open_context
from services.review.reviews import find_item
from store.people import calibration

calibrate_app = typer.Typer(
    help="Several people judge the same calls blind, and see afterwards where they and the machine differ.",
    no_args_is_help=True,
)
console = wide_console()

Name = Annotated[str, typer.Argument(help="Of the session, e.g. 2026-11.")]
By = Annotated[
    str, typer.Option("--by", help="Your name; one of the session's reviewers, where you answer.", callback=somebody)
]
MOST_DISPUTED = 10


@calibrate_app.command("open")
def open_session(
    name: Name,
    by: By,
    reviewers: Annotated[str, typer.Option(help="Who judges, with commas between them.")],
    calls: Annotated[str | None, typer.Option(help="Calls you chose, with commas between them.")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="Draw so many scored calls by chance.")] = None,
    period: Annotated[str | None, typer.Option(help="Draw from this month, e.g. 2026-11.")] = None,
    items: Annotated[
        str | None, typer.Option(help="Only these items, with commas between them.", show_default="all of the rubric")
    ] = None,
) -> None:
    """Open a session. Only calls drawn by chance tell kappa and what the machine misses."""
    if (calls is None) == (sample is None):
        raise ConfigError("calibration.calls_or_sample")
    with open_context(load_settings()) as context:
        chosen, n_candidates = (_split(calls), None) if sample is None else draw(context, sample, name, period)
        wanted = [find_item(context, item) for item in _split(items)]
        session = new_session(context, name, chosen, n_candidates, _split(reviewers), wanted, by)
    text = _(
        "calibration {name}: calls {calls} × items {items}, {reviewers}",
        name=name,
        calls=len(session.calls),
        items=len(session.items),
        reviewers=session.reviewers,
    )
    console.print(text, highlight=False)


@calibrate_app.command("list")
def list_sessions() -> None:
    """List the sessions, and how many answers each reviewer of an open one still owes."""
    with open_context(load_settings()) as context, context.store.read() as connection:
        rows = [
            {
                "校准": session.name,
                "开始": session.opened_at.astimezone(context.zone).strftime("%Y-%m-%d"),
                "通话": len(session.calls),
                "项目": len(session.items),
                "抽取": Message("指定")
                if session.n_candidates is None
                else Message("at random from {n}", n=session.n_candidates),
                "评定人（未答）": _progress(n_missing(session, calibration.answers(connection, session.name))),
                "状态": Message("进行中")
                if session.closed_at is None
                else Message("closed ({by})", by=session.closed_by),
            }
            for session in calibration.sessions(connection)
        ]
    console.print(rich_table(Message("校准"), pd.DataFrame(rows)) if rows else _("no calibrations"))


@calibrate_app.command("sheet")
def sheet(name: Name, file: Annotated[Path, typer.Argument(help=".xlsx or .csv to write.")], by: By) -> None:
    """Write a sheet to fill in: a row for each item of each call, with your answers so far."""
    with open_context(load_settings()) as context:
        n = write_answer_sheet(context, name, by, file)
    text = _(
        "{file}, rows: {n}; fill it in, then: callqa calibrate load {name} {file} --by {by}",
        file=file,
        n=n,
        name=name,
        by=by,
    )
    console.print(text, highlight=False)


@calibrate_app.command("load")
def load(name: Name, file: Annotated[Path, typer.Argument(help="The filled sheet.")], by: By) -> None:
    """Read a filled sheet. One bad row, and nothing of it is stored."""
    with open_context(load_settings()) as context:
        _say(context, name, by, put_answers(context, name, by, read_answer_sheet(context, name, file)))


@calibrate_app.command("answer")
def answer(
    name: Name,
    call: CallId,
    item: Annotated[str, typer.Argument(help="The item's id or title.")],
    verdict: Annotated[str, typer.Argument(help="合格, 不合格, 不适用 or 拿不准; or met, violated, ...")],
    by: By,
    note: Annotated[str, typer.Option(help="For the discussion afterwards.")] = "",
) -> None:
    """Answer one item of one call; until the session is closed you may answer again."""
    with open_context(load_settings()) as context:
        given_answer = Answer(call, find_item(context, item), read_answer(verdict), note)
        _say(context, name, by, put_answers(context, name, by, [given_answer]))


@calibrate_app.command("close")
def close(
    name: Name,
    by: By,
    incomplete: Annotated[bool, typer.Option("--incomplete", help="Although answers are missing.")] = False,
) -> None:
    """End the session: now its answers may be seen, and none can be added."""
    with open_context(load_settings()) as context, context.store.write() as connection:
        session = calibration.opened(connection, name)
        missing = n_missing(session, calibration.answers(connection, name))
        if any(missing.values()) and not incomplete:
            owed = [f"{reviewer} {n}" for reviewer, n in missing.items() if n]
            raise ConfigError("calibration.answers_missing", owed=owed)
        calibration.close_session(connection, name, by, datetime.now(UTC))
    console.print(
        _("calibration {name} is closed; its result: callqa calibrate report {name}", name=name), highlight=False
    )


@calibrate_app.command("report")
def report(name: Name) -> None:
    """Show how each pair of reviewers agrees, how the machine agrees with the majority, and what to talk about."""
    with open_context(load_settings()) as context:
        with context.store.read() as connection:
            session = calibration.closed(connection, name)
            agreement = report_of(context, connection, session)
        for pair in agreement.pairs:
            title = Message("{first} — {second}", first=Message(pair.first), second=Message(pair.second))
            console.print(rich_table(title, _pair_table(context, pair)))
        _print_totals(agreement)
        _print_disputed(context, agreement)


def _pair_table(context: RubricContext, pair: PairAgreement) -> pd.DataFrame:
    rows = [
        {
            "项目": context.rubric.titles.get(item.item_id, item.item_id),
            "n": item.n,
            "一致": item.n_agreed,
            "一致率": f"{item.n_agreed / item.n:.0%}",
            "kappa": _bounds(item.kappa.value, item.kappa.low, item.kappa.high),
            "AC1": _bounds(item.ac1.value, item.ac1.low, item.ac1.high),
        }
        for item in pair.items
    ]
    n, agreed = sum(item.n for item in pair.items), sum(item.n_agreed for item in pair.items)
    rows.append(
        {
            "项目": Message("合计"),
            "n": n,
            "一致": agreed,
            "一致率": f"{agreed / n:.0%}" if n else "",
            "kappa": "",
            "AC1": "",
        }
    )
    return pd.DataFrame(rows)


def _print_totals(agreement: CalibrationReport) -> None:
    if agreement.totals is None:
        console.print(_("only some items were judged, so there is no agreement of totals"))
        return
    icc = agreement.totals.icc
    text = "—" if icc.value is None else _bounds(icc.value, icc.low, icc.high)
    means = Joined((f"{name} {mean:.1f}" for name, mean in agreement.totals.means), "，") or "—"
    line = _("agreement of totals, ICC(A,1): {icc}, calls: {n}; means: {means}", icc=text, n=icc.n, means=means)
    console.print(line, highlight=False)


def _print_disputed(context: RubricContext, agreement: CalibrationReport) -> None:
    legend = _(
        "kappa and AC1 tell met, violated and not applicable apart (callqa trust only whether violated); 95 % "
        "intervals in brackets"
    )
    console.print(legend)
    if agreement.n_ties:
        ties = _(
            "answers without a majority, not compared with the machine: {n}; three reviewers avoid them, and with two "
            "the machine agrees more than it should",
            n=agreement.n_ties,
        )
        console.print(ties, highlight=False)
    if not agreement.disputed:
        console.print(_("the reviewers agree in everything"))
        return
    rows = [
        {
            "通话编号": call.call_id,
            "分歧项目数": len(call.items),
            "项目": Joined(context.rubric.titles.get(item, item) for item in call.items),
        }
        for call in agreement.disputed[:MOST_DISPUTED]
    ]
    title = Message("calls most disagreed on (first {shown} of {n})", shown=len(rows), n=len(agreement.disputed))
    console.print(rich_table(title, pd.DataFrame(rows)))


def _bounds(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.2f}" if low is None or high is None else f"{value:.2f} ({low:.2f}~{high:.2f})"


def _say(context: RubricContext, name: str, by: str, n_new: int) -> None:
    with context.store.read() as connection:
        session = calibration.session(connection, name)
        missing = n_missing(session, calibration.answers(connection, name))[by]
    console.print(
        _("{by}: answers noted {n}, still missing {missing}", by=by, n=n_new, missing=missing), highlight=False
    )


def _progress(missing: dict[str, int]) -> Joined:
    return Joined(Message("{name} ({n})", name=name, n=n) if n else name for name, n in missing.items())


def _split(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").replace("，", ",").split(",") if part.strip()]
