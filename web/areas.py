"""The parts of the desk. Every route is in one of them."""

import web.about.pages
import web.access.oidc_pages
import web.access.own_account
import web.access.sign_in
import web.admin.audit_log
import web.admin.people
import web.admin.teams
import web.agents.pages
import web.agents.team_pages
import web.appeals.pages
import web.calibration.pages
import web.call.actions
import web.call.holding
import web.call.pages
import web.calls.files
import web.calls.pages
import web.calls.saved
import web.help.pages
import web.metrics.pages
import web.overview.pages
import web.queue.pages
import web.rubrics.pages
import web.runs.pages
import web.samples.pages
import web.search.pages
import web.training.pages
from web.pages import Area

AREAS: tuple[Area, ...] = (
    web.access.sign_in.area,
    web.access.oidc_pages.area,
    web.access.own_account.area,
    web.overview.pages.area,
    web.calls.pages.area,
    web.calls.files.area,
    web.calls.saved.area,
    web.call.pages.area,
    web.search.pages.area,
    web.queue.pages.area,
    web.appeals.pages.area,
    web.calibration.pages.area,
    web.training.pages.area,
    web.samples.pages.area,
    web.rubrics.pages.area,
    web.agents.pages.area,
    web.agents.team_pages.area,
    web.runs.pages.area,
    web.admin.people.area,
    web.admin.teams.area,
    web.admin.audit_log.area,
    web.help.pages.area,
    web.about.pages.area,
    web.metrics.pages.area,
)
