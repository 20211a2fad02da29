"""What people said of a call's sheet, in the order of time."""

from collections.abc import Iterator
from datetime import date

from callqa.records import Review
from services.appeals.states import stands
from services.calls.call_file import CallFile
from services.context import Run
from services.wording import ACTIONS, APPEAL_OUTCOMES, APPEAL_STAGES, PURPOSES, VERDICTS
from web.call.reader import Reader
from web.call.view import Said, ShownAppeal
from web.wording import Words


def appeals_of(run: Run, file: CallFile, today: date) -> tuple[ShownAppeal, ...]:
    """Oldest first."""
    return tuple(
        ShownAppeal(one.pk, _title(run, one.appeal.item_id), one.appeal.reason, one.appeal.at, stands(state, today))
        for one, state in file.appeals
    )


def history_of(run: Run, file: CallFile, reader: Reader) -> tuple[Said, ...]:
    """Words, appeals and what became of them, newest first."""
    counting = {word.review_key for word in file.words}
    said = [word for word in file.said if reader.calibrates or word.purpose != "calibration"]
    words = (_word(run, word, word.review_key in counting, reader) for word in said)
    return tuple(sorted((*words, *_appeals(run, file, reader)), key=lambda one: one.at, reverse=True))


def _word(run: Run, word: Review, counts: bool, reader: Reader) -> Said:
    say, who = reader.say, reader.calls(word.author)
    what = say(ACTIONS[word.action])
    if word.purpose != "review":
        what = f"{say(PURPOSES[word.purpose])} · {what}"
    return Said(word.at, who, what, _title(run, word.item_id), _result(word, say), word.reason, counts)


def _result(word: Review, say: Words) -> str:
    if word.verdict is not None:
        return say(VERDICTS[word.verdict])
    return "" if word.points is None else f"{word.points:+g}"


def _appeals(run: Run, file: CallFile, reader: Reader) -> Iterator[Said]:
    say = reader.say
    for one, _ in file.appeals:
        title = _title(run, one.appeal.item_id)
        yield Said(one.appeal.at, one.appeal.agent_id, say("提出申诉"), title, "", one.appeal.reason, True)
        for step in one.steps:
            what = f"{say(APPEAL_STAGES[step.stage])} · {say('申诉处理')}"
            yield Said(
                step.at, reader.calls(step.author), what, title, say(APPEAL_OUTCOMES[step.outcome]), step.reason, True
            )


def _title(run: Run, item_id: str) -> str:
    return run.rubric.titles.get(item_id, item_id)
