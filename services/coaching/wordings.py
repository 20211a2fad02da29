"""Wordings of an item: what agents say where something is asked of them; `scoring.coaching` groups what is alike."""

from collections.abc import Iterator

from callqa.errors import ConfigError
from callqa.types import Verdict
from scoring import Item
from scoring.coaching import Said, Wording, common_wordings
from services.coaching.find import position_of
from services.context import RubricContext
from store.people import coaching

MOST_READ = 5000  # findings of one check and verdict in which wordings are looked for; the latest of the month
WORDS_ASKED_FOR = {"phrase", "hold_notice", "hold_return"}  # kinds of check that want something said


def find_wordings(
    context: RubricContext, item_name: str | None, period: str
) -> Iterator[tuple[Item, tuple[Wording, ...]]]:
    """Of each item that wants something said, or of one, what agents say: where it counts and where it does not."""
    positions = range(len(context.rubric.items)) if item_name is None else [position_of(context, item_name)]
    for position in positions:
        item = context.rubric.items[position]
        asked = [context.checks[name].key for name in item.needs if _wants_words(context.checks[name].describe())]
        if asked:
            yield item, common_wordings(_said(context, asked, period))
        elif item_name is not None:
            raise ConfigError("coaching.no_phrase", item=item.id)


def _wants_words(check: dict[str, object]) -> bool:
    """Whether a check, or a part of it, wants something said; what it is only conditional on does not count."""
    params = check["params"]
    assert isinstance(params, dict)
    if check["kind"] in WORDS_ASKED_FOR:
        return params.get("expect") != "unsaid"
    parts = params.get("of", ())
    return isinstance(parts, list) and any(_wants_words(part) for part in parts)


def _said(context: RubricContext, check_keys: list[str], period: str) -> Iterator[Said]:
    """Unclear speech is left out: nobody knows what was said there."""
    with context.store.read() as connection:
        for check_key in check_keys:
            for verdict, reason in ((Verdict.MET, None), (Verdict.VIOLATED, None), (Verdict.UNSURE, "near_match")):
                rows = coaching.evidence_rows(connection, context.keys, check_key, period, verdict, MOST_READ, reason)
                for row in rows:
                    for place in row.evidence:
                        yield Said(row.call_id, row.agent_id, verdict, place.start, place.quote)
