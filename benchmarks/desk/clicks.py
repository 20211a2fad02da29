"""People at the desk: they sign in over HTTP, click from page to page, and wait for each."""

import asyncio
import random
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import httpx

from benchmarks.desk.build import PASSWORD
from benchmarks.desk.figures import Waits
from benchmarks.desk.synthetic import TEAMS
from scoring import load_rubric

TOKEN = re.compile(r'name="csrf(?:-token)?" (?:value|content)="([^"]+)"')
CALL = re.compile(r'href="/calls/(\d+)')
PATIENCE = 30.0  # seconds until an answer counts as an error
ITEMS = list(load_rubric("pudong-12345").titles)
CATEGORIES = ("城乡建设", "民政", "卫生计生", "交通运输")
WORDS = (
    "小区停水",
    "噪声扰民",
    "物业费",
    "电梯坏了",
    "垃圾没人清",
    "公交车",
    "医保报销",
    "工资拖欠",
    "路灯不亮",
    "违章停车",
)


@dataclass
class Person:
    """Somebody with a browser."""

    name: str
    desk: str
    chance: random.Random
    waits: defaultdict[str, Waits] = field(default_factory=lambda: defaultdict(Waits))
    calls: list[str] = field(default_factory=list)
    """Primary keys on the last list."""
    token: str = ""

    async def work(self, clicks: Sequence[tuple[float, "Click"]], until: float, think: float) -> None:
        """``think``: seconds between two clicks, about."""
        async with httpx.AsyncClient(base_url=self.desk, timeout=PATIENCE) as self.browser:
            await self._sign_in()
            await asyncio.sleep(think * self.chance.random())
            while time.monotonic() < until:
                ((_, click),) = self.chance.choices(clicks, [weight for weight, _ in clicks])
                await click(self)
                await asyncio.sleep(think * self.chance.uniform(0.5, 1.5))

    async def get(self, kind: str, path: str, **params: str) -> str:
        """The page's text; "" when it went wrong. What it links to is remembered."""
        text = await self._timed(kind, self.browser.get(path, params=params))
        self.calls = CALL.findall(text) or self.calls
        if match := TOKEN.search(text):
            self.token = match[1]
        return text

    async def post(self, kind: str, path: str, **fields: str) -> None:
        await self._timed(kind, self.browser.post(path, data={"csrf": self.token, **fields}))

    async def _timed(self, kind: str, asked: Awaitable[httpx.Response]) -> str:
        waits, started = self.waits[kind], time.perf_counter()
        try:
            response = await asked
        except httpx.HTTPError:
            waits.errors += 1
            return ""
        waits.add(time.perf_counter() - started)
        if response.status_code >= 400:
            waits.errors += (kind, response.status_code) != ("peaks", 404)  # most calls here have no sound
            return ""
        return response.text

    async def _sign_in(self) -> None:
        page = await self.browser.get("/sign-in")
        match = TOKEN.search(page.text)
        assert match, page.text
        fields = {"name": self.name, "password": PASSWORD, "csrf": match[1]}
        answer = await self.browser.post("/sign-in", data=fields)
        if answer.status_code != 303:
            raise SystemExit(f"{self.name} cannot sign in: {answer.status_code}")


Click = Callable[[Person], Awaitable[None]]


async def overview(me: Person) -> None:
    await me.get("overview", "/")


async def newest(me: Person) -> None:
    await me.get("list", "/calls")


async def filtered(me: Person) -> None:
    """One to three conditions, the newest or the lowest first."""
    conditions = {
        "team": me.chance.choice(TEAMS),
        "failed": me.chance.choice(ITEMS),
        "category": me.chance.choice(CATEGORIES),
        "review": "1",
        "high": f"{me.chance.choice((40, 60, 80))}",
        "first": f"2026-{me.chance.randint(1, 11):02}-01",
        "agent": f"{me.chance.randint(3001, 3600)}",
    }
    names = me.chance.sample(list(conditions), me.chance.randint(1, 3))
    sort = me.chance.choice(("newest", "newest", "newest", "lowest"))
    await me.get("filter", "/calls", sort=sort, **{name: conditions[name] for name in names})


async def call(me: Person) -> None:
    """The page, then the waveform, as the page's own script asks for it."""
    if not me.calls:
        await newest(me)
    if me.calls:
        pk = me.chance.choice(me.calls)
        if await me.get("call", f"/calls/{pk}"):
            await me.get("peaks", f"/calls/{pk}/peaks.json")


async def review(me: Person) -> None:
    await call(me)
    if me.calls:
        words = {"item": me.chance.choice(ITEMS), "action": "override", "reason": "听录音后改判"}
        words["verdict"] = me.chance.choice(("met", "violated"))
        await me.post("review", f"/calls/{me.chance.choice(me.calls)}/verdict", **words)


async def agent(me: Person) -> None:
    await me.get("agent", "/agent", id=f"{me.chance.randint(3001, 3600)}")


async def own_page(me: Person) -> None:
    await me.get("agent", "/agent")


async def own_team(me: Person) -> None:
    await me.get("team", "/team")


async def ranking(me: Person) -> None:
    await me.get("agents and teams", me.chance.choice(("/agents", "/teams")))


async def search(me: Person) -> None:
    await me.get("search", "/search", q=me.chance.choice(WORDS))


async def queue(me: Person) -> None:
    await me.get("queue", "/queue")


async def training(me: Person) -> None:
    await me.get("training", "/training", item=me.chance.choice(ITEMS))


CLICKS: dict[str, tuple[tuple[float, Click], ...]] = {
    "supervisor": ((2, overview), (2, newest), (4, filtered), (3, call), (3, agent), (2, ranking), (2, search)),
    "inspector": ((3, queue), (1, newest), (3, filtered), (5, call), (3, review), (1, search)),
    "trainer": ((2, training), (3, filtered), (3, call), (2, agent), (3, search)),
    "lead": ((1, overview), (2, newest), (2, filtered), (3, call), (3, own_team), (1, search)),
    "agent": ((3, own_page), (2, newest), (3, call)),
}
SHIFT = [
    *(f"supervisor{n}" for n in (1, 2, 3)),
    *(f"inspector{n}" for n in range(1, 8)),
    "trainer1",
    *(f"lead{n}" for n in (1, 5, 12)),
    "agent3017",
    "agent3344",
]
"""Who is at the desk."""


async def work(desk: str, minutes: float, think: float) -> dict[str, Waits]:
    """Everybody works; what was waited for each kind of page, by all."""
    people = [Person(name, desk, random.Random(name)) for name in SHIFT]
    until = time.monotonic() + 60 * minutes
    await asyncio.gather(*(person.work(CLICKS[person.name.rstrip("0123456789")], until, think) for person in people))
    waits: defaultdict[str, Waits] = defaultdict(Waits)
    for person in people:
        for kind, wait in person.waits.items():
            waits[kind] += wait
    return dict(sorted(waits.items()))
