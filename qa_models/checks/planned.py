"""An item of the rubric that no check answers yet. It says so, and costs nobody points."""

from callqa.types import Conversation, Verdict
from qa_models.check import Draft, Params, check


class PlannedParams(Params):
    pass


@check("planned", version=1, needs="nothing")
def check_planned(conversation: Conversation, params: PlannedParams) -> Draft:
    return Draft(Verdict.NOT_APPLICABLE, "not_implemented")
