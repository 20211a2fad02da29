"""Answer sheets of calibrations: their rows before they are filled in, and the answers that come back."""

from pathlib import Path

from callqa.errors import ConfigError
from callqa.messages import Joined, Message
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
    uri = str(path.absolute())
    header, rows, _ = read_table(uri, Message("table.answer_sheet", uri=uri))
    if missing := [column for column in (CALL, ITEM, ANSWER) if column not in header]:
        raise ConfigError("calibration.column_missing", path=str(path), column=missing[0], name=name)
    answers: dict[tuple[str, str], Answer] = {}
    problems: list[Message] = []
    for line, cells in rows:
        call_id, item_id, text, note = (cells.get(column, "").strip() for column in (CALL, ITEM, ANSWER, NOTE))
        if call_id not in session.calls:
            call_id = call_id.removeprefix("'")  # which kept a formula from running
        if not text:
            continue
        if problem := _problem(session, call_id, item_id, text, answers):
            problems.append(Message("calibration.sheet_line", line=line, problem=problem))
        else:
            answers[call_id, item_id] = Answer(call_id, item_id, read_answer(text), note)
    if problems:
        raise _refused(path, problems)
    return list(answers.values())


def _refused(path: Path, problems: list[Message]) -> ConfigError:
    shown = Joined(problems[:ERRORS_SHOWN], "\n")
    if len(problems) > ERRORS_SHOWN:
        n_more = len(problems) - ERRORS_SHOWN
        return ConfigError("calibration.sheet_wrong_and_more", path=str(path), problems=shown, n=n_more)
    return ConfigError("calibration.sheet_wrong", path=str(path), problems=shown)


def read_answer(text: str) -> Verdict:
    """Raises `ConfigError`."""
    names = ANSWERS | {verdict.value: verdict for verdict in SHOWN}
    if text not in names:
        raise ConfigError("calibration.no_answer", answer=text, near=did_you_mean(text, names))
    return names[text]


def _problem(
    session: CalibrationSession, call_id: str, item_id: str, text: str, answers: dict[tuple[str, str], Answer]
) -> Message | None:
    """What is wrong with a row."""
    if call_id not in session.calls:
        near = did_you_mean(call_id, session.calls)
        return Message("calibration.sheet_call_unknown", call=call_id or "?", near=near)
    if item_id not in session.items:
        near = did_you_mean(item_id, session.items)
        return Message("calibration.sheet_item_unknown", item=item_id or "?", near=near)
    try:
        verdict = read_answer(text)
    except ConfigError as error:
        return error.message
    before = answers.get((call_id, item_id))
    if before and before.verdict is not verdict:
        return Message("calibration.answered_twice", call=call_id, item=item_id)
    return None
