"""Pages of configuration, made of drafts, publications and what is in use."""

import difflib
from collections.abc import Iterator

from yaml import safe_load

from callqa.configuration import Content, Draft
from callqa.messages import Text
from callqa.syllables import syllable_names
from reports.frames.rubrics import diff_tables
from scoring import load_rubric
from scoring.rubric_diff import compare_rubrics
from scoring.sampling import load_plan, shipped_plans
from services.configuration import drafts, sheet
from services.configuration.entries import Entry, PhraseHit, kind_words, params_form
from services.configuration.files import MODELS, as_files, entries_of, library_of, present_text, read_content
from services.configuration.model_form import form_of
from services.context import RubricSet
from services.sampling.draw import nightly_plans
from store.calls.read import periods
from store.people import configuration
from web.access.request_context import NotThere, RequestContext
from web.access.roles import Permission
from web.configuration.view import (
    CheckForm,
    Configuration,
    DraftPage,
    DraftRow,
    InUse,
    PublicationRow,
    SheetForm,
    SheetGroup,
    SheetItem,
    ShownHit,
)
from web.tables import PlainTable, plain_tables

SHOWN = 50


def newest(context: RequestContext) -> RubricSet:
    """The contexts that drafts are compared with."""
    return drafts.of_the_next_run(context.desk.settings, context.desk.store)


def draft_of(context: RequestContext, pk: int) -> Draft:
    """Raises `NotThere`; a draft that nobody was asked about is its author's alone."""
    draft = drafts.find(context.desk.store, pk)
    if draft is None or (draft.author != context.who.name and draft.state in ("open", "dropped")):
        raise NotThere
    return draft


def configuration_page(context: RequestContext) -> Configuration:
    with context.desk.store.read() as c:
        known = [draft for draft in configuration.drafts(c, "open", "submitted")
                 if draft.state == "submitted" or draft.author == context.who.name]  # fmt: skip
        published = configuration.publications(c)
        settled = configuration.settled_number(c)
    rows = tuple(
        PublicationRow(each.content.subject, each.content.name, context.called(each.author),
                       context.called(each.approved_by), each.reason, each.at,
                       each.content.subject == "rubric" and each.pk > settled)
        for each in reversed(published[-SHOWN:])
    )  # fmt: skip
    next_year = context.desk.now().year + 1
    return Configuration(
        tuple(_in_use(newest(context))), tuple(_row(context, draft) for draft in known), rows,
        context.may(Permission.DRAFTS), next_year,
    )  # fmt: skip


def _in_use(rubric_set: RubricSet) -> Iterator[InUse]:
    titles = {context.rubric.id: context.rubric.title for context in reversed(rubric_set)}
    yield from (InUse("rubric", name, title) for name, title in titles.items())
    shipped = {name: load_plan(name).title for name in shipped_plans()}
    for name, title in (shipped | {plan.id: plan.title for plan in nightly_plans(rubric_set)}).items():
        yield InUse("plan", name, title)
    yield InUse("rules", "", "")
    yield InUse("retention", "", "")


def _row(context: RequestContext, draft: Draft) -> DraftRow:
    content = draft.content
    return DraftRow(
        draft.pk, content.subject, content.name, draft.state, context.called(draft.author),
        draft.author == context.who.name, draft.changed_at, draft.reason,
    )  # fmt: skip


def draft_page(
    context: RequestContext,
    draft: Draft,
    problem: str = "",
    fields: dict[str, str] | None = None,
    text: str | None = None,
    month: str = "",
    tried: Text = "",
    trial: tuple[PlainTable, ...] = (),
) -> DraftPage:
    """``fields``, ``text``: what was sent and could not be used."""
    rubric_set, content = newest(context), draft.content
    mine = draft.author == context.who.name
    editing = mine and draft.state == "open"
    with context.desk.store.read() as c:
        months = tuple(reversed(periods(c)))
    is_rubric = content.subject == "rubric"
    parts = () if is_rubric or not editing else form_of(MODELS[content.subject], safe_load(content.text) or {})
    return DraftPage(
        draft.pk, content.subject, content.name, draft.state, context.called(draft.author), mine, draft.reason,
        draft.answer, content.text if text is None else text, content.checks,
        tuple((str(entry["id"]), str(entry["title"])) for entry in entries_of(content.checks)),
        _sheet(rubric_set, content, fields) if is_rubric and editing else None,
        parts, problem, _changes(rubric_set, content), months, month or (months[0] if months else ""), tried, trial,
        not mine and draft.state == "submitted",
    )  # fmt: skip


def _changes(rubric_set: RubricSet, content: Content) -> tuple[PlainTable, ...]:
    """Against what is in use; a rubric by its parts, others line by line."""
    before = present_text(rubric_set, content.subject, content.name)
    if content.subject == "rubric":
        with as_files(Content("rubric", content.name, before)) as (path, _), as_files(content) as (other, _checks):
            older, newer = load_rubric(path), load_rubric(other)
        return plain_tables(diff_tables(compare_rubrics(older, newer), older, newer))
    lines = difflib.ndiff(before.splitlines(), content.text.splitlines())
    rows = tuple(("删除" if line[0] == "-" else "新增", line[2:]) for line in lines if line[0] in "+-")
    return (PlainTable("改动的行", ("变化", "内容"), rows),) if rows else ()


def _sheet(rubric_set: RubricSet, content: Content, sent: dict[str, str] | None) -> SheetForm:
    rubric = read_content(rubric_set, content)
    fields = sheet.fields_of(rubric) | (sent or {})
    with as_files(content) as (_, paths):
        titles = {check.id: check.spec.title for check in library_of(rubric_set, *paths).values()}
    used = {check for item in rubric.items for check in item.needs}
    in_use = next(context.rubric for context in rubric_set if context.rubric.id == rubric.id)
    groups = tuple(
        SheetGroup(
            group.id,
            fields[f"group.{group.id}.title"],
            fields[f"group.{group.id}.weight"],
            tuple(_item(item.id, fields, titles) for item in group.items),
        )
        for group in rubric.groups
    )
    off = tuple((item.id, item.title) for item in in_use.items if item.id not in rubric.titles)
    return SheetForm(fields, groups, tuple((key, title) for key, title in titles.items() if key not in used), off)


def _item(item_id: str, fields: dict[str, str], titles: dict[str, str]) -> SheetItem:
    def of(name: str) -> str:
        return fields[f"item.{item_id}.{name}"]

    checks = tuple((check, titles.get(check, check)) for check in sheet.names(of("needs")))
    return SheetItem(
        item_id, of("title"), of("points"), of("effect"), of("critical") == sheet.YES, of("figure"), of("floor"),
        of("needs"), checks, of("note"),
    )  # fmt: skip


def check_form(draft: Draft, entry: Entry, *, is_new: bool, problem: str = "") -> CheckForm:
    known_help = entry.get("help") or {}
    groups = (safe_load(draft.content.text) or {}).get("groups", ())
    return CheckForm(
        draft.pk,
        str(entry.get("id", "")),
        is_new,
        str(entry.get("title", "")),
        str(entry["kind"]),
        kind_words(entry),
        str(known_help.get("meaning", "")),
        tuple((str(group["id"]), str(group["title"])) for group in groups),
        params_form(entry),
        problem,
    )


def shown_hit(hit: PhraseHit) -> ShownHit:
    quote = hit.text[hit.start : hit.end]
    return ShownHit(
        hit.text[max(0, hit.start - 12) : hit.start], quote, hit.text[hit.end : hit.end + 12], hit.phrase,
        " ".join(syllable_names(quote)), hit.similarity, hit.sure,
    )  # fmt: skip
