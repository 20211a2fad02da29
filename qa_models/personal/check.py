"""The check that finds what is personal in a call. It judges nothing, and no item of a rubric can ask for it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from callqa.keys import content_key
from callqa.personal import Personal
from callqa.types import Conversation, Details, Finding, Ticket, Verdict
from qa_models.personal.spans import personal_spans
from qa_models.personal.ticket import ticket_spans

VERSION = 1
"""Rises with every change of what is found, so that what older versions found is not shown any more."""


@dataclass(frozen=True)
class PersonalCheck:
    """Runs like a check of the library; what it finds is in the details of its finding."""

    id: str = "personal"

    def describe(self) -> dict[str, Any]:
        """Everything that decides what is found; JSON-like."""
        return {"id": self.id, "kind": self.id, "kind_version": VERSION}

    @cached_property
    def key(self) -> str:
        return content_key(self.describe())

    def __call__(self, conversation: Conversation) -> Finding:
        return Finding(
            self.id,
            self.key,
            Verdict.NOT_APPLICABLE,
            "judges_nothing",
            details=Details(personal=self.find(conversation)),
        )

    def find(self, conversation: Conversation) -> Personal:
        ticket = conversation.call.ticket or Ticket()
        return Personal(personal_spans(conversation), ticket_spans(ticket))
