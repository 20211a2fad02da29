"""Explanation of a finding: why the verdict came out so, how much was measured, and what would have been right."""

from dataclasses import dataclass
from typing import Literal

from callqa.messages import Joined, Message
from callqa.reasons import reason_message
from callqa.types import Finding, Verdict
from services.context import RubricContext

MEASURED = {
    "too_fast": "每分钟约 {n} 字",
    "rate_borderline": "每分钟约 {n} 字",
    "too_long_silence": "静默 {n} 秒",
    "unannounced_silence": "静默 {n} 秒",
    "no_notice": "静默 {n} 秒",
    "no_return": "静默 {n} 秒",
    "informal_address": "“你”共 {n} 次",
    "interrupted": "同时说话 {n} 秒",
    "taboo_said": "共 {n} 处",
}
"""What the value of a finding with this reason says."""
ELEMENTS = {
    "who": "姓名或称呼",
    "reach": "联系方式",
    "when": "事发时间",
    "where": "事发地点",
    "what": "具体诉求",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why, in one sentence, for whoever doubts it."""

    reason: Message
    measured: Message | Literal[""]
    """How much, or what of it; "" where there is nothing to add."""
    right: Message | Literal[""]
    """What would have been right; "" where nothing is wrong."""

    @property
    def sentence(self) -> Message:
        """All of it."""
        if not self.measured:
            why = self.reason
        else:
            why = Message("{reason}（{measured}）", reason=self.reason, measured=self.measured)
        return Message("{why}。{right}", why=why, right=self.right) if self.right else why


def explanation(finding: Finding, context: RubricContext) -> Explanation:
    """What would have been right stands in the help of a check of the context."""
    return Explanation(reason_message(finding.reason), _measured(finding), _right(finding, context))


def _measured(finding: Finding) -> Message | Literal[""]:
    details = finding.details
    if details and details.missing and finding.reason == "elements_missing":
        return Message("缺{elements}", elements=Joined(Message(ELEMENTS[element]) for element in details.missing))
    if details and details.instead and finding.verdict is Verdict.UNSURE:
        return Message("更像“{instead}”", instead=details.instead)
    if finding.value is None or finding.reason not in MEASURED:
        return ""
    return Message(MEASURED[finding.reason], n=f"{finding.value:.1f}".removesuffix(".0"))


def _right(finding: Finding, context: RubricContext) -> Message | Literal[""]:
    if finding.verdict is not Verdict.VIOLATED or finding.check_id not in context.checks:
        return ""
    details, help_of_check = finding.details, context.checks[finding.check_id].spec.help
    if details and details.instead:
        return Message("应填：{right}", right=details.instead)
    if help_of_check is None:
        return ""
    missing = details.missing if details else ()
    reasons = (
        [f"{element}_missing" for element in missing] if finding.reason == "elements_missing" else [finding.reason]
    )
    if words := "".join(help_of_check.say[reason] for reason in reasons if reason in help_of_check.say):
        return Message("应说：{right}", right=words)
    return (
        Message("应当：{right}", right=help_of_check.do[finding.reason]) if finding.reason in help_of_check.do else ""
    )
