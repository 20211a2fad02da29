"""A ticket held against a script. The calls begin on Monday, 2 November 2026, 9:00 UTC."""

from dummies import call
from judge import checks

from callqa.types import Finding, Ticket

ASKED = "A: 您的诉求是什么 | C: 我要求他们尽快修好 | A: 好的，我为您登记"
FIXED = {"request_type": "投诉", "appeal": "要求尽快维修"}
PHONE = "C: 幺三七，二二零四，五五八幺"


def compare(script: str, **fields: str) -> Finding:
    ticket = Ticket(**(FIXED | fields))  # type: ignore[arg-type]
    conversation = call(f"{script} | {ASKED}", ticket=ticket)
    finding = checks()["content_consistency"](conversation)
    for e in finding.evidence:
        assert e.turn_index is not None
        assert conversation.turns[e.turn_index].text[e.char_start : e.char_end] == e.quote
    return finding
