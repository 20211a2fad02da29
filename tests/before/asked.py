"""Questions to the desk, and commands, over the store of before."""

CALLS = range(1, 8)  # D008, D019, D021, D028, D036, D901, and one that was erased
FEW = range(1, 4)
MONTH = "month=2026-11"

_LISTED = (
    "", "sort=lowest", "sort=oldest&review=1", "team=A组", "agent=3102", "failed=closing", "undecided=opening",
    "call=D02", "first=2026-11-08&last=2026-11-10", "low=0&high=90", "low=90&high=0", "fatal=1", "appeal=open",
    "category=政法",
)  # fmt: skip
_PAGES = {
    "/account": ("",),
    "/index": ("", MONTH, "since=2026-11-08&until=2026-11-12"),
    "/calls": _LISTED,
    "/search": ("", "q=燃气", "q=您好&speaker=agent", "q=您好&by=text&speaker=citizen", "q=D028"),
    "/queue": ("", "whose=all", "whose=free", MONTH),
    "/queue/load": ("",),
    "/appeals": ("", "shown=all", "shown=open", "shown=todo"),
    "/calibration": ("",),
    "/calibration/new": ("",),
    "/calibration/session": ("name=十一月校准", "name=十二月校准"),
    "/calibration/judge": ("name=十二月校准&number=1",),
    "/training": ("", f"item=opening&{MONTH}", "item=closing&kind=worst", "item=opening&kind=borderline&team=A组"),
    "/training/wordings": ("", MONTH),
    "/training/playlists": ("",),
    "/samples": ("",),
    "/samples/look": ("plan=daily", "plan=monthly"),
    "/rubrics": ("",),
    "/rubrics/sheet": ("", "key=RUBRIC"),
    "/rubrics/diff": ("", "before=RUBRIC&after=NEXT"),
    "/rubrics/check": ("id=opening", "id=content_consistency"),
    "/rubrics/trial": ("",),
    "/agents": ("", MONTH, "team=A组"),
    "/agent": ("id=3102", f"id=3102&per=week&{MONTH}", f"id=3117&{MONTH}", f"id=3045&{MONTH}"),
    "/agent/card": (f"id=3102&{MONTH}", f"id=3045&{MONTH}"),
    "/teams": ("", MONTH),
    "/team": (f"name=A组&{MONTH}", f"name=B组&{MONTH}"),
    "/runs": ("",),
    "/people": ("", "q=3102", "role=inspector"),
    "/people/new": ("", "role=agent&agent_id=3045&team=B组"),
    "/people/teams": ("", "team=A组"),
    "/audit": ("last=2026-12-01", "last=2026-12-01&action=call_reviewed", "last=2026-12-01&author=lina"),
    "/help": ("",),
    "/help/items": ("",),
    "/help/glossary": ("",),
    "/about": ("",),
}
_NUMBERED = {
    "/calls": CALLS,
    "/appeals": range(1, 6),
    "/training/playlists": FEW,
    "/samples": FEW,
    "/runs": range(1, 7),
    "/people": (*range(1, 6), 9, 10),
}
ASK = ("wangli", "lina", "zhoujie", "chenlei", "zhaomin", "gaofei", "smith")
"""Somebody of each role, and somebody who reads English."""

_FILES = ("/calls/list.csv", "/calls/list.csv?team=A组", "/queue/next")

PAGES = (
    *(f"{path}.json" + (f"?{asked}" if asked else "") for path, some in _PAGES.items() for asked in some),
    *(f"{path}/{number}.json" for path, some in _NUMBERED.items() for number in some),
    *_FILES,
)
"""All of them for everybody: who may not see it is told so."""

COMMANDS_TYPED = (
    "audit verify",
    "failures",
    "release",
    "user list",
    "legal-hold list",
    "retention reports",
    "show D008",
    "show D028",
    "show D036",
    "search 您好",
    "search 您好 --who citizen --spelled",
    "figures --period 2026-11 --json",
    "figures --period 2026-11 --by team --rank",
    "queue list",
    "queue load",
    "review history D019",
    "appeal list",
    "appeal overdue",
    "appeal show 1",
    "appeal show 2",
    "sample list",
    "sample show monthly 2026-11",
    "sample estimate weekly 2026-W45",
    "calibrate list",
    "calibrate report 十一月校准",
    "golden list",
    "golden check",
    "trust",
    "picks opening --period 2026-11",
    "card 3102 --period 2026-11",
    "wordings --period 2026-11",
    "playlist list",
    "playlist show 新人课",
    "rubric show",
)
"""They change nothing but the audit log."""

IN_ENGLISH = {"audit verify", "failures", "golden check", "legal-hold list", "retention reports", "user list"}
"""Commands that spoke the terminal's language already."""
