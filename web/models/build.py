"""The page of models that learn from examples, made of what is stored of them."""

from collections.abc import Iterable, Mapping

from callqa.learning import GoldenChange, LabelCard
from services.learning.taught import TEACHING, label_titles
from services.learning.versions import KnownVersion, golden_changes, known_versions
from store.people import model_versions
from web.access.request_context import NotThere, RequestContext
from web.models.view import Card, GoldenRow, LabelRow, ModelRow, Models, UseRow, VersionRow

Titles = Mapping[str, Mapping[str, str]]
"""Titles of labels, by model."""


def models_page(context: RequestContext, key: str, compare: bool) -> Models:
    """``key``: of the version whose card is shown; empty for the latest. Raises `NotThere`."""
    rubric_set = context.desk.rubric_set
    titles: Titles = {model: label_titles(rubric_set, model) for model in sorted(TEACHING)}
    with context.desk.store.read() as c:
        known = known_versions(c)
        uses = model_versions.uses(c)
        chosen = model_versions.chosen(c)
    shown = [row for row in known if row.version.key == key] if key else known[:1]
    if key and not shown:
        raise NotThere
    return Models(
        nightly=context.desk.settings.train.nightly,
        models=tuple(ModelRow(name, tuple(labels.values()), chosen.get(name, "")) for name, labels in titles.items()),
        versions=tuple(_version(context, row, titles) for row in known),
        uses=tuple(UseRow(use.model, use.key, context.called(use.author), use.reason, use.at) for use in uses),
        card=_card(context, shown[0], titles, compare) if shown else None,
    )


def _version(context: RequestContext, known: KnownVersion, titles: Titles) -> VersionRow:
    version = known.version
    names = titles.get(version.model, {})
    learnt = tuple(names.get(label, label) for label in version.card.learnt)
    return VersionRow(version.model, version.key, version.at, context.called(version.author), learnt, known.chosen)


def _card(context: RequestContext, known: KnownVersion, titles: Titles, compare: bool) -> Card:
    card = known.version.card
    names = titles.get(known.version.model, {})
    return Card(
        version=_version(context, known, titles),
        labels=tuple(_label(label, names.get(label.label, label.label)) for label in card.labels),
        n_examples=card.n_examples,
        n_golden=card.n_golden,
        n_withdrawn=card.n_withdrawn,
        compared=card.compared,
        code=card.code,
        golden=_golden(card.golden),
        now=_golden(golden_changes(context.desk.rubric_set, known.version)) if compare else None,
    )


def _label(card: LabelCard, title: str) -> LabelRow:
    return LabelRow(
        title,
        card.n_of,
        card.n_other,
        card.unit,
        card.n_units,
        card.better,
        card.worse,
        card.p,
        card.of_before,
        card.of_after,
        card.other_before,
        card.other_after,
        card.outcome,
    )


def _golden(changes: Iterable[GoldenChange]) -> tuple[GoldenRow, ...]:
    return tuple(
        GoldenRow(
            change.n_labels,
            change.right_before,
            change.right_after,
            change.wrongly_failed_before,
            change.wrongly_failed_after,
            change.missed,
            change.agrees,
        )
        for change in changes
    )
