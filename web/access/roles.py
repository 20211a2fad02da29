"""Roles, and what each may do. A route names the permission it needs; nothing is allowed that is not listed here."""

from collections.abc import Mapping
from enum import StrEnum

from callqa.people import Role


class Permission(StrEnum):
    """One thing that people may do. Which calls they may do it to is their visibility (`web.access.visibility`)."""

    ANYBODY = "anybody"
    """Also without signing in."""
    SIGNED_IN = "signed_in"
    CALLS = "calls"
    """Look at calls, search them, hear them."""
    DOWNLOAD = "download"
    """Keep a recording as a file."""
    PERSONAL = "personal"
    """Read and hear names, phone numbers and addresses of citizens."""
    FIGURES = "figures"
    """See agents and teams compared."""
    BRIEF = "brief"
    """Read the month of the whole hotline on one page."""
    EXPORT = "export"
    REVIEW = "review"
    """Confirm and override verdicts."""
    ASSIGN = "assign"
    """Give out calls to hear, recall them, close what is done."""
    APPEAL = "appeal"
    """Contest a verdict on one's own call."""
    APPEALS = "appeals"
    """See appeals."""
    DECIDE_TEAM_LEAD = "decide_team_lead"
    DECIDE_QA = "decide_qa"
    DECIDE_FINAL = "decide_final"
    CALIBRATE = "calibrate"
    """Judge the calls of a calibration session."""
    LEAD_CALIBRATION = "lead_calibration"
    """Open and close calibration sessions, read their reports."""
    TRAINING = "training"
    """Find example calls, make playlists."""
    SAMPLING = "sampling"
    """Draw samples."""
    RUBRICS = "rubrics"
    """Read rubrics, the check library and its trust."""
    DRAFTS = "drafts"
    """Write drafts of rubrics, checks, plans, rules, holidays and times of keeping, and try them on past calls."""
    APPROVE = "approve"
    """Read drafts of others, and agree to them or send them back."""
    MODELS = "models"
    """Look at versions of models that were learnt from examples, have one used, and go back."""
    RUNS = "runs"
    """See runs and failures."""
    PEOPLE = "people"
    """Manage accounts."""
    ROSTER = "roster"
    """Keep the roster: agents, their names, teams and dates."""
    NAMES = "names"
    """Read agents' names beside their ids; an agent always reads their own."""
    INTAKE = "intake"
    """Take calls in from a manifest, by a browser."""
    AUDIT = "audit"
    """Read who looked at what."""
    METRICS = "metrics"
    """Read counts and sizes. No role has it: it is a machine's (`web.access.request_context.Machine`)."""
    TOKENS = "tokens"
    """Make tokens by which programs read and write in one's own name."""
    PUSH = "push"
    """Hand in calls with their recordings, by a program."""
    WEBHOOKS = "webhooks"
    """Have programs told of what happens to any call."""
    LEGAL_HOLD = "legal_hold"
    """Have the law hold a call, so that it is not removed after its time, and release it."""


P = Permission
_SIGNED_IN = {P.ANYBODY, P.SIGNED_IN}
_INSPECTOR = _SIGNED_IN | {
    P.CALLS,
    P.PERSONAL,
    P.REVIEW,
    P.APPEALS,
    P.CALIBRATE,
    P.DECIDE_QA,
    P.FIGURES,
    P.RUBRICS,
    P.NAMES,
}

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.SUPERVISOR: frozenset(
        _INSPECTOR
        | {P.DOWNLOAD, P.EXPORT, P.ASSIGN, P.DECIDE_FINAL, P.LEAD_CALIBRATION, P.TRAINING, P.SAMPLING, P.RUNS, P.AUDIT}
        | {P.BRIEF, P.DRAFTS, P.APPROVE, P.LEGAL_HOLD, P.MODELS, P.TOKENS, P.PUSH, P.WEBHOOKS}
        | {P.ROSTER, P.INTAKE}
    ),
    Role.INSPECTOR: frozenset(_INSPECTOR),
    Role.TRAINER: frozenset(_SIGNED_IN | {P.CALLS, P.FIGURES, P.TRAINING, P.SAMPLING, P.RUBRICS}),
    Role.TEAM_LEAD: frozenset(
        _SIGNED_IN
        | {P.CALLS, P.PERSONAL, P.FIGURES, P.EXPORT, P.APPEALS, P.DECIDE_TEAM_LEAD, P.RUBRICS, P.TOKENS, P.NAMES}
    ),
    Role.AGENT: frozenset(_SIGNED_IN | {P.CALLS, P.PERSONAL, P.APPEAL, P.APPEALS}),
    # Keeps the desk running and needs no citizen's voice for it.
    Role.ADMIN: frozenset(
        _SIGNED_IN
        | {P.PEOPLE, P.AUDIT, P.RUNS, P.RUBRICS, P.FIGURES, P.BRIEF, P.LEGAL_HOLD}
        | {P.APPROVE, P.TOKENS, P.PUSH, P.ROSTER, P.NAMES}
    ),
}
"""An agent's rights reach to their own calls, a team lead's to those of their teams."""


def may(role: Role, permission: Permission) -> bool:
    return permission in GRANTS[role]
