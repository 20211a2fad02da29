"""Calibration sessions: drawn, answered blind on sheets or one by one, and reported once they are closed."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from callqa.errors import ConfigError
from callqa.records import CalibrationSession
from callqa.spreadsheet import never_run
from callqa.types import Verdict
from callqa.yaml_file import did_you_mean
from scoring.agreement.calibration import CalibrationReport, calibration_report
from services.context import Run
from services.intake.table_file import read_table
from services.review.reviews import new_review
from services.trust.measure import machine_answers
from services.wording import VERDICTS
from store import Connection
from store.calls import read
from store.people import calibration, reviews

MACHINE, MAJORITY = "机器", "多数意见"
CANNOT_TELL = "拿不准"
ANSWERS = {
    VERDICTS[Verdict.MET]: Verdict.MET,
    VERDICTS[Verdict.VIOLATED]: Verdict.VIOLATED,
    VERDICTS[Verdict.NOT_APPLICABLE]: Verdict.NOT_APPLICABLE,
    CANNOT_TELL: Verdict.UNSURE,
}
SHOWN = {verdict: name for name, verdict in ANSWERS.items()}
CALL, ITEM, ANSWER, NOTE = "通话编号", "项目编号", "判定", "备注"
WIDTHS = {CALL: 16, "录音": 30, ITEM: 20, "项目": 18, "说明": 50, ANSWER: 10, NOTE: 40}
"""Of the sheet's columns, in characters, in their order."""
ERRORS_SHOWN = 20
ONLY_TEXT = {"strings_to_formulas": False, "strings_to_urls": False}  # also what begins with =


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's word on one item of one call."""

    call_id: str
    item_id: str
    verdict: Verdict
    note: str = ""


def draw(run: Run, n: int, name: str, period: str | None) -> tuple[tuple[str, ...], int]:
    """``n`` scored calls, each as likely as any other, and how many there were to draw from.

    Calls of earlier sessions are left out. The name of the session is the seed. Raises `ConfigError` when there are
    fewer.
    """
    with run.store.read() as connection:
        known = {call_id for session in calibration.sessions(connection) for call_id in session.calls}
        scored = (row.call_id for row in read.scores(connection, run.keys, period))
        candidates = sorted(call_id for call_id in scored if call_id not in known)
    if len(candidates) < n:
        raise ConfigError(f"{n} calls are asked for, and there are {len(candidates)} scored ones of no earlier session")
    return tuple(sorted(random.Random(f"calibration:{name}").sample(candidates, n))), len(candidates)


def put_answers(run: Run, name: str, by: str, answers: Iterable[Answer]) -> int:
    """Stores what is new among them, all or nothing; how many. Raises `ConfigError` and `StoreError`."""
    with run.store.write() as connection:
        session = calibration.opened(connection, name)
        _refuse_stranger(session, by)
        said = calibration.answers(connection, name).get(by, {})
        new = [one for one in answers if said.get((one.call_id, one.item_id)) is not one.verdict]
        for one in new:
            if one.call_id not in session.calls:
                raise ConfigError(
                    f"call {one.call_id} is not in session {name}; {did_you_mean(one.call_id, session.calls)}"
                )
            if one.item_id not in session.items:
                raise ConfigError(
                    f"item {one.item_id!r} is not in session {name}; {did_you_mean(one.item_id, session.items)}"
                )
            review = new_review(
                one.call_id,
                one.item_id,
                "override",
                by,
                verdict=one.verdict,
                reason=one.note,
                purpose="calibration",
                session=name,
            )
            reviews.put_review(connection, review)
    return len(new)


def write_answer_sheet(run: Run, name: str, by: str, path: Path) -> int:
    """A sheet to fill in, with what ``by`` has answered already; its rows. Raises `ConfigError` and `StoreError`."""
    with run.store.read() as connection:
        session = calibration.opened(connection, name)
        _refuse_stranger(session, by)
        said = calibration.answers(connection, name).get(by, {})
        uris = {
            call_id: row.call.recording_uri for call_id in session.calls if (row := read.call_row(connection, call_id))
        }
    notes = {item.id: item.note for item in run.rubric.items}
    rows = [
        {
            CALL: call_id,
            "录音": uris.get(call_id, ""),
            ITEM: item_id,
            "项目": run.rubric.titles.get(item_id, item_id),
            "说明": notes.get(item_id, ""),
            ANSWER: SHOWN[said[call_id, item_id]] if (call_id, item_id) in said else "",
            NOTE: "",
        }
        for call_id in session.calls
        for item_id in session.items
    ]
    _write(path, pd.DataFrame(rows, columns=list(WIDTHS)))
    return len(rows)


def read_answer_sheet(run: Run, name: str, path: Path) -> list[Answer]:
    """The answers of a filled sheet; empty cells are not answered yet.

    Raises `ConfigError` with every bad row, its line and the reason.
    """
    with run.store.read() as connection:
        session = calibration.opened(connection, name)
    header, rows = read_table(str(path.absolute()), "sheet")
    if missing := [column for column in (CALL, ITEM, ANSWER) if column not in header]:
        raise ConfigError(
            f"{path}: column {missing[0]} is missing; get a sheet with: callqa calibrate sheet {name} FILE"
        )
    answers: dict[tuple[str, str], Answer] = {}
    errors: list[str] = []
    for line, cells in rows:
        call_id, item_id, text, note = (cells.get(column, "").strip() for column in (CALL, ITEM, ANSWER, NOTE))
        call_id = (
            call_id if call_id in session.calls else call_id.removeprefix("'")
        )  # which kept a formula from running
        if not text:
            continue
        if problem := _problem(session, call_id, item_id, text, answers):
            errors.append(f"line {line}: {problem}")
        else:
            answers[call_id, item_id] = Answer(call_id, item_id, read_answer(text), note)
    if errors:
        more = [f"... and {len(errors) - ERRORS_SHOWN} more"] if len(errors) > ERRORS_SHOWN else []
        raise ConfigError("\n".join([f"{path}: nothing was stored", *errors[:ERRORS_SHOWN], *more]))
    return list(answers.values())


def read_answer(text: str) -> Verdict:
    """Raises `ConfigError`."""
    names = ANSWERS | {verdict.value: verdict for verdict in SHOWN}
    if text not in names:
        raise ConfigError(f"{text!r} is no answer; {did_you_mean(text, names)}")
    return names[text]


def n_missing(session: CalibrationSession, said: calibration.Answers) -> dict[str, int]:
    """How many answers each reviewer still owes."""
    asked = {(call_id, item_id) for call_id in session.calls for item_id in session.items}
    return {reviewer: len(asked - said.get(reviewer, {}).keys()) for reviewer in session.reviewers}


def report_of(run: Run, c: Connection, session: CalibrationSession) -> CalibrationReport:
    """How the people of a closed session agree, and the machine with them."""
    said = calibration.answers(c, session.name)
    machine = {
        (call_id, item_id): verdict
        for call_id, items in machine_answers(run, c, session.calls).items()
        for item_id, verdict in items.items()
    }
    people = {reviewer: said.get(reviewer, {}) for reviewer in session.reviewers}
    return calibration_report(session.calls, session.items, people, machine, run.rubric, (MACHINE, MAJORITY))


def new_session(
    run: Run,
    name: str,
    calls: Sequence[str],
    n_candidates: int | None,
    reviewers: Sequence[str],
    items: Sequence[str],
    by: str,
) -> CalibrationSession:
    """Opens it. ``items``: none are all of the rubric. Raises `ConfigError` and `StoreError`."""
    if not name.strip():
        raise ConfigError("give the calibration a name, e.g. 2026-11")
    if not calls:
        raise ConfigError("no call is named; e.g. --calls call-0001,call-0002")
    if len(set(reviewers)) < 2:
        raise ConfigError("a calibration needs two reviewers or more, e.g. --reviewers 王丽,李强")
    if unknown := [item for item in items if item not in run.rubric.titles]:
        raise ConfigError(f"the rubric has no item {unknown[0]!r}; {did_you_mean(unknown[0], run.rubric.titles)}")
    session = CalibrationSession(
        name=name,
        calls=tuple(dict.fromkeys(calls)),
        reviewers=tuple(dict.fromkeys(reviewers)),
        items=tuple(item for item in run.rubric.titles if item in items or not items),
        n_candidates=n_candidates,
        opened_by=by,
        opened_at=datetime.now(UTC),
    )
    with run.store.write() as connection:
        calibration.open_session(connection, session)
    return session


def _refuse_stranger(session: CalibrationSession, by: str) -> None:
    if by not in session.reviewers:
        raise ConfigError(
            f"{by} is no reviewer of session {session.name}; its reviewers: {', '.join(session.reviewers)}"
        )


def _problem(
    session: CalibrationSession, call_id: str, item_id: str, text: str, answers: dict[tuple[str, str], Answer]
) -> str:
    """What is wrong with a row; "" when nothing is."""
    if call_id not in session.calls:
        return f"call {call_id or '?'} is not in this session; {did_you_mean(call_id, session.calls)}"
    if item_id not in session.items:
        return f"item {item_id or '?'} is not in this session; {did_you_mean(item_id, session.items)}"
    try:
        verdict = read_answer(text)
    except ConfigError as error:
        return str(error)
    before = answers.get((call_id, item_id))
    return (
        f"call {call_id}, item {item_id} is there twice with different answers"
        if before and before.verdict is not verdict
        else ""
    )


def _write(path: Path, frame: pd.DataFrame) -> None:
    """CSV, or a workbook whose answers are chosen from a list. Raises `ConfigError`."""
    try:
        if path.suffix.lower() == ".csv":
            frame.map(never_run).to_csv(path, index=False, encoding="utf-8-sig")
        elif path.suffix.lower() == ".xlsx":
            with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": ONLY_TEXT}) as workbook:
                frame.to_excel(workbook, sheet_name="校准", index=False)
                _dress(workbook.sheets["校准"], n_rows=len(frame))
        else:
            raise ConfigError(f"{path}: a sheet is a .csv or .xlsx file")
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror or error}") from error


def _dress(sheet: Worksheet, n_rows: int) -> None:
    """A heading that stays, and answers to choose from."""
    sheet.freeze_panes(1, 0)
    for place, (name, width) in enumerate(WIDTHS.items()):
        sheet.set_column(place, place, width)
        if name == ANSWER:
            sheet.data_validation(1, place, n_rows, place, {"validate": "list", "source": list(ANSWERS)})
