"""The list of reasons that a check can give; their sentences are the entries ``reason.SLUG`` of the catalogues."""

from typing import Annotated

from pydantic import AfterValidator

from callqa.errors import Mistake
from callqa.messages import Message

REASONS = (
    # any check
    "check_failed",
    "no_speech",
    "roles_unknown",
    "no_agent_speech",
    "no_citizen_speech",
    "unclear_speech",
    "damaged_recording",
    "somebody_spoke",
    "near_match",
    # phrases that should be said
    "said",
    "never_said",
    "greeting_missing",
    "name_missing",
    "number_missing",
    "thanks_missing",
    "farewell_missing",
    "caller_left",
    "caller_stayed",
    # conditions on the call
    "condition_met",
    "condition_not_met",
    "found",
    "not_found",
    # procedures and repetition
    "steps_in_order",
    "step_missing",
    "step_out_of_order",
    "no_repetition",
    "repeats_itself",
    # sound and time
    "loudness_ok",
    "too_loud",
    "too_quiet",
    "loudness_unknown",
    "response_ok",
    "slow_response",
    "no_response_needed",
    "answered_in_time",
    "answered_late",
    "never_answered",
    # waiting and silence
    "no_hold",
    "notice_given",
    "no_notice",
    "return_said",
    "no_return",
    "no_long_silence",
    "too_long_silence",
    "unannounced_silence",
    # questions to a language model
    "question_met",
    "question_violated",
    "question_not_applicable",
    "judge_unsure",
    "judge_doubtful",
    "quote_not_found",
    "instructions_in_call",
    "answer_unusable",
    "not_answered",
    # manners
    "polite",
    "informal_address",
    "no_polite_word",
    "spelling_doubtful",
    "none_said",
    "taboo_said",
    "words_doubtful",
    "manner_good",
    "manner_bad",
    "manner_doubtful",
    "taken_on",
    "brushed_off",
    "no_promise",
    "promised",
    "nothing_leaked",
    "number_doubtful",
    "leaked",
    # conduct
    "no_interruption",
    "shared_channel",
    "interrupted",
    "rate_ok",
    "too_fast",
    "rate_borderline",
    "too_little_speech",
    "hung_up_by_other",
    "caller_finished",
    "hung_up_on_caller",
    "farewell_doubtful",
    "hangup_unknown",
    # business
    "restated",
    "restated_in_part",
    "restatement_rejected",
    "not_restated",
    "no_transfer",
    "transferred",
    "transfer_announced",
    "transfer_unannounced",
    "hold_on_missing",
    "no_emergency",
    "emergency",
    "emergency_guided",
    "emergency_not_guided",
    "not_required",
    # the five elements
    "elements_obtained",
    "elements_not_needed",
    "elements_missing",
    "who_missing",
    "reach_missing",
    "when_missing",
    "where_missing",
    "what_missing",
    # entities
    "entity_said",
    "entity_missing",
    "entity_found",
    "entity_absent",
    # ticket
    "no_ticket",
    "category_empty",
    "category_agrees",
    "category_differs",
    "category_doubtful",
    "category_unknown",
    "facts_agree",
    "facts_doubtful",
    "phone_differs",
    "phone_missing",
    "name_differs",
    "house_number_differs",
    "place_differs",
    "time_differs",
    "amount_differs",
    "appeal_missing",
    "appeal_inverted",
    "appeal_differs",
    "request_type_empty",
    "request_type_agrees",
    "request_type_differs",
    "request_type_doubtful",
    "request_type_unknown",
)


def _listed(reason: str) -> str:
    if reason not in REASONS:
        raise Mistake("check.reason_unknown", reason=reason)
    return reason


def reason_message(reason: str) -> Message:
    """The sentence of a reason; one that another version stored stays as it is."""
    return Message(f"reason.{reason}" if reason in REASONS else reason)


Reason = Annotated[str, AfterValidator(_listed)]
"""A slug from the list, as a parameter of a check."""
