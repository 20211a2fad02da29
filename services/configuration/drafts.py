"""Drafts: begun from what is in use, changed by one person, agreed to by another, published, or put away."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from callqa.configuration import Content, Draft, Publication, Subject
from callqa.errors import ConfigError
from callqa.messages import Joined
from callqa.settings import Settings
from scoring import Rubric
from scoring.rubric_set import scope_of
from services.configuration.files import key_of, name_of, present_text, read_content
from services.configuration.publications import Source, with_publications
from services.context import RubricSet, contexts_over
from services.upkeep.named_files import unusable
from store import Store
from store.people import configuration
from store.people.reviews import rubric_documents


def of_the_next_run(settings: Settings, store: Store) -> RubricSet:
    """The contexts that drafts are begun from and compared with: with all that was published. Raises `ConfigError`."""
    return contexts_over(settings, store, for_run=True)


def begin(rubric_set: RubricSet, subject: Subject, name: str, author: str, now: datetime) -> int:
    """A draft of what is in use; its number. Raises `ConfigError`."""
    content = Content(subject, name, present_text(rubric_set, subject, name))
    if subject in ("plan", "holidays"):
        read_content(rubric_set, content)  # of a name that may be anything
    if subject == "rubric":
        content = replace(content, base_key=_present(rubric_set, name).key)
    with rubric_set[0].store.write() as c:
        return configuration.add_draft(c, content, author, now)


def find(store: Store, pk: int) -> Draft | None:
    with store.read() as c:
        return configuration.find_draft(c, pk)


def change(rubric_set: RubricSet, draft: Draft, text: str, checks: str, author: str, now: datetime) -> None:
    """Takes the text in, if it can be used. Raises `ConfigError`, with the line of what is wrong."""
    _refuse_others(draft, author)
    content = replace(draft.content, text=text, checks=checks)
    value = read_content(rubric_set, content)
    if (name := name_of(content, value)) != content.name:
        raise ConfigError("configuration.other_name", name=name, expected=content.name)
    _go_on(rubric_set[0].store, draft, now, "open", text=text, checks=checks)


def submit(settings: Settings, rubric_set: RubricSet, draft: Draft, reason: str, author: str, now: datetime) -> None:
    """Asks somebody else to agree. Raises `ConfigError` where it could not be published.

    ``settings``: without what was published.
    """
    _refuse_others(draft, author)
    if not reason.strip():
        raise ConfigError("configuration.no_reason")
    _publication(settings, rubric_set, draft, "", now)
    _go_on(rubric_set[0].store, draft, now, "open", state="submitted", reason=reason.strip(), answer="")


def take_back(store: Store, draft: Draft, author: str, now: datetime) -> None:
    """The author goes on changing it."""
    _refuse_others(draft, author)
    _go_on(store, draft, now, "submitted", state="open")


def send_back(store: Store, draft: Draft, answer: str, who: str, now: datetime) -> None:
    """Whoever should agree does not. Raises `ConfigError`."""
    _refuse_author(draft, who)
    if not answer.strip():
        raise ConfigError("configuration.no_reason")
    _go_on(store, draft, now, "submitted", state="open", answer=answer.strip())


def drop(store: Store, draft: Draft, author: str, now: datetime) -> None:
    """Puts an own draft away."""
    _refuse_others(draft, author)
    _go_on(store, draft, now, "open", state="dropped")


def publish(settings: Settings, rubric_set: RubricSet, draft: Draft, who: str, now: datetime) -> Publication:
    """Agrees to a draft of somebody else; it is used from now on, a rubric from the next run. Raises `ConfigError`."""
    _refuse_author(draft, who)
    publication = _publication(settings, rubric_set, draft, who, now)
    with rubric_set[0].store.write() as c:
        if configuration.last_number(c, draft.content) != draft.base:
            raise ConfigError("configuration.outdated")
        if not configuration.change_draft(c, draft.pk, now, was="submitted", state="published"):
            raise ConfigError("configuration.moved_on")
        return replace(publication, pk=configuration.put_publication(c, publication))


def _publication(settings: Settings, rubric_set: RubricSet, draft: Draft, who: str, now: datetime) -> Publication:
    """The draft as it would be published. Raises `ConfigError` where that cannot be."""
    context, content = rubric_set[0], draft.content
    value = read_content(rubric_set, content)
    with context.store.read() as c:
        known = configuration.publications(c)
        if configuration.last_number(c, content) != draft.base:
            raise ConfigError("configuration.outdated")
        documents = rubric_documents(c)
    pk = known[-1].pk + 1 if known else 1
    publication = Publication(pk, content, key_of(value), draft.author, who, draft.reason, now)
    if content.subject == "rubric":
        _refuse_used_version(value, [*documents.values()])
        _refuse_wider(value, [each.rubric for each in rubric_set if each.rubric.id == value.id])
    elif content.text == present_text(rubric_set, content.subject, content.name):
        raise ConfigError("configuration.unchanged")
    source = Source(settings.rubric, pk, pk, now.astimezone(settings.zone).date())
    after = with_publications(settings, [*known, publication], source)
    if complaints := unusable(after):
        raise ConfigError("configuration.breaks", problems=Joined(complaints, "; "))
    return publication


def _refuse_used_version(rubric: Rubric, documents: list[dict[str, Any]]) -> None:
    used = {(document.get("id"), document.get("version")) for document in documents}
    if (rubric.id, rubric.version) in used:
        raise ConfigError("configuration.version_used", version=rubric.version)


def _refuse_wider(rubric: Rubric, present: list[Rubric]) -> None:
    """A version that began earlier and is for fewer calls would keep those."""
    since = rubric.valid_from or date.min
    for other in present:
        if (other.valid_from or date.min) < since and _n_named(other) > _n_named(rubric):
            raise ConfigError("configuration.wider", version=other.version)


def _n_named(rubric: Rubric) -> int:
    scope = scope_of(rubric)
    return sum(map(bool, (scope.teams, scope.lines, scope.directions)))


def _present(rubric_set: RubricSet, name: str) -> Rubric:
    """The newest version in use."""
    mine = [context.rubric for context in rubric_set if context.rubric.id == name]
    if not mine:
        raise ConfigError("configuration.unknown", name=name)
    return max(mine, key=lambda rubric: rubric.valid_from or date.min)


def _refuse_others(draft: Draft, author: str) -> None:
    if draft.author != author:
        raise ConfigError("configuration.not_yours", who=draft.author)


def _refuse_author(draft: Draft, who: str) -> None:
    if draft.author == who:
        raise ConfigError("configuration.second_person")


def _go_on(store: Store, draft: Draft, now: datetime, was: Any, **values: str) -> None:
    with store.write() as c:
        if not configuration.change_draft(c, draft.pk, now, was=was, **values):
            raise ConfigError("configuration.moved_on")
