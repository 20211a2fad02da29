"""The places of the desk, in the order people go through them, and who finds them in the navigation."""

from dataclasses import dataclass

from callqa.people import Role
from web.access.roles import Permission as P
from web.access.roles import may


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation."""

    href: str
    label: str
    needs: P
    icon: str
    """Name of a symbol in static/icons.svg."""
    also: tuple[str, ...] = ()
    """Other pages that are found from here."""


PLACES: tuple[Place, ...] = (
    Place("/", "总览", P.FIGURES, "overview", ("/brief",)),
    Place("/agent", "我的得分", P.APPEAL, "agents"),
    Place("/calls", "通话", P.CALLS, "calls"),
    Place("/queue", "复核队列", P.REVIEW, "review", ("/examples", "/models")),
    Place("/appeals", "申诉", P.APPEALS, "appeal"),
    Place("/calibration", "校准", P.CALIBRATE, "calibration"),
    Place("/agents", "坐席与班组", P.FIGURES, "agents", ("/agent", "/teams", "/team", "/roster")),
    Place("/training", "培训", P.TRAINING, "training"),
    Place("/samples", "抽检", P.SAMPLING, "sample"),
    Place("/rubrics", "评分表", P.RUBRICS, "rubric", ("/configuration",)),
    Place("/runs", "运行记录", P.RUNS, "runs", ("/intake",)),
    Place("/people", "用户", P.PEOPLE, "admin"),
    Place("/audit", "操作记录", P.AUDIT, "audit"),
)


def nav_of(role: Role, path: str) -> list[tuple[Place, bool]]:
    """The places that a role finds, each with whether ``path`` is in it."""
    return [
        (place, any(_is_in(href, path) for href in (place.href, *place.also)))
        for place in PLACES
        if may(role, place.needs)
    ]


def _is_in(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))
