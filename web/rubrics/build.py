"""Rubrics and checks as their pages show them."""

from collections.abc import Iterable, Set
from pathlib import Path

import yaml

from callqa.days import Days
from callqa.errors import ConfigError
from callqa.messages import Text, Title
from callqa.records import ItemTrust
from reports.frames.rubrics import diff_tables, effect_words, rubric_summary, rubric_table
from reports.frames.what_if import summary, what_if_tables
from scoring import Rubric
from scoring.figures import ItemRate
from scoring.rubric_diff import compare_rubrics, shares
from services.context import RubricContext, RubricSet, draft_context
from services.rubrics.what_if import what_if
from services.wording import STANDINGS
from store import Connection
from store.calls import trust
from store.calls.read import last_period, periods
from store.people.reviews import rubric_documents
from web.access.request_context import NotThere, RequestContext
from web.rubrics.view import CheckPage, Difference, InUse, ItemLine, Rubrics, Sheet, StoredRubric, Trial
from web.tables import PlainTable, plain_table, plain_tables


def item_lines(rubric_context: RubricContext, c: Connection, rates: Iterable[ItemRate] = ()) -> tuple[ItemLine, ...]:
    """``rates``: how often items were passed, and decided, in the month that their coverage is about."""
    rate_of = {rate.item_id: rate for rate in rates}
    measured, share = trust.trusts(c, rubric_context.rubric.key), shares(rubric_context.rubric)
    return tuple(
        _line(rubric_context, group.title, item.id, measured.get(item.id), share[item.id], rate_of.get(item.id))
        for group in rubric_context.rubric.groups
        for item in group.items
    )


def _line(
    rubric_context: RubricContext,
    group: str,
    item_id: str,
    trust: ItemTrust | None,
    share: float,
    rate: ItemRate | None,
) -> ItemLine:
    item = next(item for item in rubric_context.rubric.items if item.id == item_id)
    stands = rubric_context.standing(item, trust)
    return ItemLine(
        item.id,
        item.title,
        group,
        item.points,
        share if item.share else None,
        effect_words(item),
        item.needs,
        item.trust_floor,
        stands,
        STANDINGS[stands],
        trust.n if trust else 0,
        trust.precision if trust else None,
        trust.recall if trust else None,
        trust.kappa if trust else None,
        trust.ac1 if trust else None,
        rate.coverage if rate else None,
        rate.waiting if rate else 0,
        rate.unassessed if rate else 0,
    )


def stored_rubrics(c: Connection, in_use: Set[str]) -> tuple[StoredRubric, ...]:
    """The newest last, those of one id together."""
    rows = [
        StoredRubric(
            key,
            str(document.get("id", "")),
            str(document.get("version", "")),
            Title(document.get("title", "")),
            key in in_use,
        )
        for key, document in rubric_documents(c).items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.id, row.version)))


def check_page(rubric_context: RubricContext, check_id: str, rubric_set: RubricSet) -> CheckPage:
    """``rubric_context``: one that has the check."""
    check = rubric_context.checks[check_id]
    spec, kind = check.spec, check.kind
    check_help = spec.help
    return CheckPage(
        spec.id,
        spec.title,
        spec.kind,
        (kind.function.__doc__ or "").strip(),
        spec.version,
        check_help.meaning if check_help else "",
        check_help.good if check_help else (),
        check_help.bad if check_help else (),
        tuple(other.id for other in check.only_if),
        tuple(other.id for other in check.unless),
        yaml.safe_dump(spec.params.model_dump(mode="json", exclude_defaults=True), allow_unicode=True, sort_keys=False),
        tuple(
            (rubric_context.rubric.title, item.title)
            for rubric_context in rubric_set
            for item in rubric_context.rubric.items
            if spec.id in item.needs
        ),
    )


def tried_page(context: RequestContext, text: str, month: str, path: Path) -> Trial:
    answer = what_if(context.desk.rubric_set, draft_context(context.desk.rubric_set, str(path)), month, blind=False)
    draft, rubric_set = answer.moves.draft, context.desk.rubric_set
    present: RubricContext = next(
        (rubric_context for rubric_context in rubric_set if rubric_context.rubric.id == draft.id), rubric_set[0]
    )
    changes = plain_tables(diff_tables(compare_rubrics(present.rubric, draft), present.rubric, draft))
    if not answer.moves.n:
        return trial_page(context, text, month, context.say("这个月没有可比较的通话"), changes=changes)
    tables = plain_tables(what_if_tables(answer.moves))
    return trial_page(context, text, month, summary=summary(answer.moves), tables=tables, changes=changes)


def trial_page(
    context: RequestContext,
    text: str = "",
    month: str = "",
    problem: str = "",
    summary: Text = "",
    tables: tuple[PlainTable, ...] = (),
    changes: tuple[PlainTable, ...] = (),
) -> Trial:
    with context.desk.store.read() as c:
        months = tuple(reversed(periods(c)))
    return Trial(text, month or (months[0] if months else ""), months, problem, summary, tables, changes)


def stored_rubric(context: RequestContext, key: str) -> Rubric:
    """Raises `NotThere`, and `ConfigError` for one that this version of callqa cannot read."""
    with context.desk.store.read() as c:
        document = rubric_documents(c).get(key)
    if document is None:
        raise NotThere
    try:
        return Rubric.model_validate(document)
    except ValueError as error:
        raise ConfigError("rubric.of_another_version") from error


def rubrics_page(context: RequestContext) -> Rubrics:
    with context.desk.store.read() as c:
        month = last_period(c)
    figures = {
        rubric_context.rubric.key: context.desk.figures.of(rubric_context, Days.of_month(month)).value.everyone
        for rubric_context in context.desk.rubric_set
        if month
    }
    with context.desk.store.read() as c:
        in_use = tuple(
            InUse(
                rubric_context.rubric.key,
                f"{rubric_context.rubric.id} {rubric_context.rubric.version}",
                rubric_summary(rubric_context.rubric),
                item_lines(
                    rubric_context, c, of_month.items if (of_month := figures.get(rubric_context.rubric.key)) else ()
                ),
                month or "",
            )
            for rubric_context in context.desk.rubric_set
        )
        return Rubrics(in_use, stored_rubrics(c, {used.key for used in in_use}))


def sheet_page(context: RequestContext, key: str) -> Sheet:
    rubric = stored_rubric(context, key)
    return Sheet(rubric.title, rubric_summary(rubric), plain_table("", rubric_table(rubric)))


def difference_page(context: RequestContext, before: str, after: str) -> Difference:
    older, newer = stored_rubric(context, before), stored_rubric(context, after)
    tables = plain_tables(diff_tables(compare_rubrics(older, newer), older, newer))
    return Difference(f"{older.id} {older.version}", f"{newer.id} {newer.version}", tables)
