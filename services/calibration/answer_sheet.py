"""Answer sheets of calibrations: their rows before they are filled in, and the answers that come back."""

from pathlib import Path

from callqa.errors import ConfigError
from callqa.records import CalibrationSession
from callqa.types import Verdict
from callqa.yaml_file import did_you_mean
from services.calibration.sessions import Answer, refuse_stranger
from services.context import RubricContext
from services.intake.table_file import read_table
from services.wording import VERDICTS
from store.calls import read
from store.people import calibration

CANNOT_TELL = "拿不准"
ANSWERS = {
    VERDICTS[Verdict.MET]: Verdict.MET,
    VERDICTS[Verdict.VIOLATED]: Verdict.VIOLATED,
    VERDICTS[Verdict.NOT_APPLICABLE]: Verdict.NOT_APPLICABLE,
    CANNOT_TELL: Verdict.UNSURE,
}
SHOWN = {verdict: name for name, verdict in ANSWERS.items()}
CALL, RECORDING, ITEM, TITLE, DESCRIPTION, ANSWER, NOTE = HEADINGS = (
    "通话编号",
    "录音",
    "项目编号",
    "项目",
    "说明",
    "判定",
    "备注",
)
ERRORS_SHOWN = 20


def answer_rows(context: RubricContext, name: str, by: str) -> list[dict[str, str]]:
    """A row for each call and item, by `HEADINGS`, with what ``by`` has answered already.

    Raises `ConfigError` and `StoreError`.
    """
    with context.store.read() as connection:
        session = calibration.opened(connection, name)
        refuse_stranger(session, by)
        answered = calibration.answers(connection, name).get(by, {})
        uris = {
            call_id: row.call.recording_uri for call_id in session.calls if (row := read.call_row(connection, call_id))
        }
    notes = {item.id: item.note for item in context.rubric.items}
    return [
        {
            CALL: call_id,
            RECORDING: uris.get(call_id, ""),
            ITEM: item_id,
            TITLE: context.rubric.titles.get(item_id, item_id),
            DESCRIPTION: notes.get(item_id, ""),
            ANSWER: SHOWN[answered[call_id, item_id]] if (call_id, item_id) in answered else "",
            NOTE: "",
        }
        for call_id in session.calls
        for item_id in session.items
    ]


def read_answer_sheet(context: RubricContext, name: str, path: Path) -> list[Answer]:
    """The answers of a filled sheet; empty cells are not answered yet.

    Raises `ConfigError` with every bad row, its line and the reason.
    """
    with context.store.read() as connection:
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
        if call_id not in session.calls:
            call_id = call_id.removeprefix("'")  # which kept a formula from running
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
