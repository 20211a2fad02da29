"""The parts of the desk, and those of the interface for programs. Every route is in one of them."""

import web.about.routes
import web.account.routes
import web.agents.routes
import web.api.calls.routes
import web.api.contract.routes
import web.api.failures.routes
import web.api.figures.routes
import web.api.intake.routes
import web.api.token.routes
import web.api.webhooks.routes
import web.api_tokens.routes
import web.appeals.routes
import web.audit.routes
import web.brief.routes
import web.calibration.routes
import web.call.routes
import web.calls.routes
import web.coaching.routes
import web.configuration.routes
import web.examples.routes
import web.help.routes
import web.intake.routes
import web.legal_holds.routes
import web.metrics.routes
import web.models.routes
import web.notices.routes
import web.oidc.routes
import web.overview.routes
import web.people.routes
import web.queue.routes
import web.review.routes
import web.roster.routes
import web.rubrics.routes
import web.runs.routes
import web.samples.routes
import web.search.routes
import web.sign_in.routes
import web.team_accounts.routes
import web.teams.routes
from web.api.routing import ApiArea
from web.routing import Area

AREAS: tuple[Area, ...] = (
    web.sign_in.routes.area,
    web.oidc.routes.area,
    web.account.routes.area,
    web.api_tokens.routes.area,
    web.notices.routes.area,
    web.overview.routes.area,
    web.brief.routes.area,
    web.calls.routes.area,
    web.call.routes.area,
    web.review.routes.area,
    web.examples.routes.area,
    web.legal_holds.routes.area,
    web.models.routes.area,
    web.search.routes.area,
    web.queue.routes.area,
    web.appeals.routes.area,
    web.calibration.routes.area,
    web.coaching.routes.area,
    web.samples.routes.area,
    web.rubrics.routes.area,
    web.configuration.routes.area,
    web.agents.routes.area,
    web.teams.routes.area,
    web.roster.routes.area,
    web.runs.routes.area,
    web.intake.routes.area,
    web.people.routes.area,
    web.team_accounts.routes.area,
    web.audit.routes.area,
    web.help.routes.area,
    web.about.routes.area,
    web.metrics.routes.area,
    web.api.contract.routes.area,
)
API_AREAS: tuple[ApiArea, ...] = (
    web.api.calls.routes.area,
    web.api.intake.routes.area,
    web.api.figures.routes.area,
    web.api.failures.routes.area,
    web.api.webhooks.routes.area,
    web.api.token.routes.area,
)
"""Of the interface for programs, whose routes ask for a token."""
