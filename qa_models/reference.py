"""A check named in another check's parameters: by its id, or written out on the spot."""

from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, SkipValidation, ValidationInfo

from callqa.errors import Mistake
from callqa.yaml_file import did_you_mean
from qa_models.check import Check


def _resolved(named: Any, info: ValidationInfo) -> Check:
    if isinstance(named, Check):  # written out: the library reader has made it already
        return named
    known: dict[str, Check] = (info.context or {}).get("checks", {})
    if not isinstance(named, str):
        raise Mistake("check.not_named")
    if named not in known:
        raise Mistake("check.not_before", check=named, hint=did_you_mean(named, known))
    return known[named]


Reference = Annotated[
    SkipValidation[Check],
    BeforeValidator(_resolved),
    PlainSerializer(lambda check: check.describe(), return_type=dict),
]
"""Part of the key of the check that names it: a change of the one is a change of the other."""
