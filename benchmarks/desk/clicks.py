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

TOKEN = re.compile(r'name="csrf(?:-token)?" (?:value|content)="([^"]+)"')
CALL = re.compile(r'href="/calls/(\d+)"')
AGENT = re.compile(r'href="(/agents/[^"/?]+)')
PATIENCE = 30.0  # seconds until an answer counts as an error
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
    agents: list[str] = field(default_factory=list)
    token: str = ""

    async def work(self, kinds: Sequence["Kind"], until: float, think: float) -> None:
        async with httpx.AsyncClient(base_url=self.desk, timeout=PATIENCE) as self.browser:
            await self._sign_in()
            weights = [kind.weight for kind in kinds]
            while time.monotonic() < until:
                (kind,) = self.chance.choices(kinds, weights)
                await kind.click(self)
                await asyncio.sleep(think * self.chance.uniform(0.5, 1.5))

    async def get(self, kind: str, path: str, **params: str) -> str:
        """The page's text; "" when it went wrong. What it links to is remembered."""
        text = await self._timed(kind, self.browser.get(path, params=params))
        self.calls = CALL.findall(text) or self.calls
        self.agents = AGENT.findall(text) or self.agents
        if found := TOKEN.search(text):
            self.token = found[1]
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
            waits.errors += 1
            return ""
        return response.text

    async def _sign_in(self) -> None:
        page = await self.browser.get("/sign-in")
        found = TOKEN.search(page.text)
        assert found, page.text
        fields = {"name": self.name, "password": PASSWORD, "csrf": found[1]}
        answer = await self.browser.post("/sign-in", data=fields)
        if answer.status_code != 303:
            raise SystemExit(f"{self.name} cannot sign in: {answer.status_code}")


@dataclass(frozen=True)
class Kind:
    """Something people click on, and how often."""

    weight: float
    click: Callable[[Person], Awaitable[object]]
