"""States of appeals, by the deadlines of the settings."""

from datetime import date

from callqa.errors import CallQAError
from callqa.messages import Message
from scoring.review.appeal import AppealRules, AppealState, state_of
from scoring.review.workdays import load_calendar
from services.context import RubricContext
from services.wording import APPEAL_STAGES
from store import Connection
from store.people import appeals


def appeal_rules(context: RubricContext) -> AppealRules:
    """Deadlines as the settings have them. Raises `ConfigError` for a mistake in a holiday file."""
    review_settings = context.settings.review
    return AppealRules(
        load_calendar(review_settings.holidays), context.zone, review_settings.submit_days, review_settings.stage_days
    )


def states(
    context: RubricContext, stored: list[appeals.StoredAppeal]
) -> list[tuple[appeals.StoredAppeal, AppealState]]:
    """Each appeal with where it stands."""
    rules = appeal_rules(context)
    return [(appeal, state_of(appeal.appeal, appeal.steps, rules)) for appeal in stored]


def find(c: Connection, pk: int) -> appeals.StoredAppeal:
    """The appeal of this number. Raises `CallQAError`."""
    stored = appeals.appeals(c, pk=pk)
    if not stored:
        raise CallQAError("appeal.unknown", n=pk)
    return stored[0]


def open_appeals(c: Connection, call_id: str | None = None) -> dict[str, tuple[str, ...]]:
    """The items that somebody has to decide, by call; of one call, or all."""
    items: dict[str, tuple[str, ...]] = {}
    for named, item_id in appeals.open_items(c, call_id):
        items[named] = (*items.get(named, ()), item_id)
    return items


def unknown_years(context: RubricContext, days: list[date]) -> list[int]:
    """The years of these deadlines whose holidays nobody told us, so that only weekends were left out."""
    calendar = appeal_rules(context).calendar
    return sorted({day.year for day in days if not calendar.covers(day)})


def stands(state: AppealState, today: date) -> Message:
    """Whose turn it is and until when, or how it ended, for people."""
    stage = Message(APPEAL_STAGES[state.stage])
    match state.status:
        case "open":
            return Message("待{stage}处理，期限 {due}", stage=stage, due=state.due)
        case "accepted":
            return Message("{stage}判定成立，已改判", stage=stage)
        case "rejected" if state.due is not None and today <= state.due:
            return Message("{stage}驳回，可在 {due}（含）前继续申诉", stage=stage, due=state.due)
        case "rejected":
            return Message("{stage}驳回，已终结", stage=stage)
