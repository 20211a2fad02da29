"""One check on one dummy call, as short as a line of a table."""

from functools import cache

from dummies import call

from callqa.types import Finding
from qa_models import Check, load_checks


@cache
def checks() -> dict[str, Check]:
    return load_checks()


def judge(check_id: str, script: str, **options: object) -> Finding:
    conversation = call(script, **options)  # type: ignore[arg-type]
    finding = checks()[check_id](conversation)
    for e in finding.evidence:
        if e.turn_index is not None:
            assert conversation.turns[e.turn_index].text[e.char_start : e.char_end] == e.quote
        assert e.start <= e.end
    return finding


def verdict(check_id: str, script: str, **options: object) -> str:
    return judge(check_id, script, **options).verdict.value
