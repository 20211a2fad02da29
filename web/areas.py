"""The parts of the desk. Every route is in one of them."""

import web.about.routes
import web.access.oidc_routes
import web.access.own_account
import web.access.sign_in
import web.admin.audit_log
import web.admin.people
import web.admin.teams
import web.agents.routes
import web.agents.team_routes
import web.appeals.routes
import web.calibration.routes
import web.call.routes
import web.calls.files
import web.calls.routes
import web.calls.saved
import web.coaching.routes
import web.help.routes
import web.legal_holds.routes
import web.metrics.routes
import web.overview.routes
import web.queue.routes
import web.review.routes
import web.rubrics.routes
import web.runs.routes
import web.samples.routes
import web.search.routes
from web.routing import Area

AREAS: tuple[Area, ...] = (
    web.access.sign_in.area,
    web.access.oidc_routes.area,
    web.access.own_account.area,
    web.overview.routes.area,
    web.calls.routes.area,
    web.calls.files.area,
    web.calls.saved.area,
    web.call.routes.area,
    web.review.routes.area,
    web.legal_holds.routes.area,
    web.search.routes.area,
    web.queue.routes.area,
    web.appeals.routes.area,
    web.calibration.routes.area,
    web.coaching.routes.area,
    web.samples.routes.area,
    web.rubrics.routes.area,
    web.agents.routes.area,
    web.agents.team_routes.area,
    web.runs.routes.area,
    web.admin.people.area,
    web.admin.teams.area,
    web.admin.audit_log.area,
    web.help.routes.area,
    web.about.routes.area,
    web.metrics.routes.area,
)
