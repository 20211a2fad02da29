"""The form of a person: what was filled in, and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Form

from callqa.people import Account, Language, Role, lacks, plain_id

SEPARATORS = re.compile(r"\s*[、,，;；\n]\s*")
LACKS = {"agent_id": "坐席需要工号", "teams": "班组长需要至少一个班组"}


@dataclass(frozen=True, slots=True)
class PersonForm:
    """What an administrator decides about a person."""

    name: str = ""
    """Only of a new one; a login name stays."""
    full_name: str = ""
    role: Role = Role.INSPECTOR
    agent_id: str = ""
    teams: str = ""
    """With 、 between them."""
    language: Language = "zh"
    errors: Mapping[str, str] = field(default_factory=dict)
    """By field, in words."""

    @property
    def team_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in SEPARATORS.split(self.teams.strip()) if name))

    def facts(self) -> dict[str, Any]:
        """For `store.people.accounts.change_account`."""
        return {
            "full_name": self.full_name.strip(),
            "role": self.role,
            "agent_id": self.agent_id,
            "teams": self.team_names,
            "language": self.language,
        }

    def lacking(self) -> dict[str, str]:
        """What the role needs and the form does not have: by field, what to say."""
        lacking = lacks(self.role, self.agent_id, self.team_names)
        return {lacking: LACKS[lacking]} if lacking else {}


def form_of(account: Account) -> PersonForm:
    """The form as it stands in the database."""
    return PersonForm(
        account.name,
        account.full_name,
        account.role,
        account.agent_id or "",
        "、".join(account.teams),
        account.language,
    )


def _filled_in(
    role: Annotated[Role, Form()],
    name: Annotated[str, Form(max_length=200)] = "",
    full_name: Annotated[str, Form(max_length=64)] = "",
    agent_id: Annotated[str, Form(max_length=64)] = "",
    teams: Annotated[str, Form(max_length=2000)] = "",
    language: Annotated[Language, Form()] = "zh",
) -> PersonForm:
    return PersonForm(name, full_name, role, plain_id(agent_id), teams, language)


FilledIn = Annotated[PersonForm, Depends(_filled_in)]
"""The type of an action's parameter that takes the form."""
