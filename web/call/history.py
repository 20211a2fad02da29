"""The history of a call as its page shows it: what people said of it, the appeals and what became of them."""

from collections.abc import Iterator
from datetime import date

from callqa.messages import Say
from callqa.records import Review
from services.appeals.states import stands
from services.calls.call_file import CallFile
from services.context import RubricContext
from services.wording import ACTIONS, APPEAL_OUTCOMES, APPEAL_STAGES, PURPOSES, VERDICTS
from web.call.reader import Reader
from web.call.view import Said, ShownAppeal


def appeals_of(rubric_context: RubricContext, file: CallFile, today: date) -> tuple[ShownAppeal, ...]:
    """Oldest first."""
    return tuple(
        ShownAppeal(
            stored.pk,
            _title(rubric_context, stored.appeal.item_id),
            stored.appeal.reason,
            stored.appeal.at,
            stands(state, today),
        )
        for stored, state in file.appeals
    )


def history_of(rubric_context: RubricContext, file: CallFile, reader: Reader) -> tuple[Said, ...]:
    """Reviews, appeals and what became of them, newest first."""
    counting = {review.review_key for review in file.standing_reviews}
    shown = [review for review in file.reviews if reader.calibrates or review.purpose != "calibration"]
    events = (_review_event(rubric_context, review, review.review_key in counting, reader) for review in shown)
    return tuple(
        sorted((*events, *_appeal_events(rubric_context, file, reader)), key=lambda event: event.at, reverse=True)
    )


def _review_event(rubric_context: RubricContext, review: Review, counts: bool, reader: Reader) -> Said:
    say, who = reader.say, reader.calls(review.author)
    action = say(ACTIONS[review.action])
    if review.purpose != "review":
        action = f"{say(PURPOSES[review.purpose])} · {action}"
    return Said(
        review.at, who, action, _title(rubric_context, review.item_id), _result(review, say), review.reason, counts
    )


def _result(review: Review, say: Say) -> str:
    if review.verdict is not None:
        return say(VERDICTS[review.verdict])
    return "" if review.points is None else f"{review.points:+g}"


def _appeal_events(rubric_context: RubricContext, file: CallFile, reader: Reader) -> Iterator[Said]:
    say = reader.say
    for stored, _ in file.appeals:
        title = _title(rubric_context, stored.appeal.item_id)
        yield Said(stored.appeal.at, stored.appeal.agent_id, say("提出申诉"), title, "", stored.appeal.reason, True)
        for step in stored.steps:
            action = f"{say(APPEAL_STAGES[step.stage])} · {say('申诉处理')}"
            yield Said(
                step.at, reader.calls(step.author), action, title, say(APPEAL_OUTCOMES[step.outcome]), step.reason, True
            )


def _title(rubric_context: RubricContext, item_id: str) -> str:
    return rubric_context.rubric.titles.get(item_id, item_id)
