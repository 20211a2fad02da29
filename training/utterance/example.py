"""A labelled line, as utterance classifiers learn from it."""

from dataclasses import dataclass

from qa_models.utterance.line import Line


@dataclass(frozen=True, slots=True)
class Example:
    """A line whose label is known."""

    line: Line
    label: str
    group: str
    """Examples of one group are alike, so they are never trained and measured on apart. ``a1-17``: the part before the
    hyphen is who wrote them."""

    @property
    def author(self) -> str:
        return self.group.partition("-")[0]
