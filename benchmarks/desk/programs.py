"""Programs at the interface, beside the people: each with a token of its own, reading calls and handing some in."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from benchmarks.desk.clicks import CATEGORIES, ITEMS, PATIENCE
from benchmarks.desk.figures import Waits
from benchmarks.desk.synthetic import TEAMS
from callqa.people import TokenScope
from callqa.settings import Settings
from services.api_tokens.issue import issue
from services.context import open_context
from store.people import accounts

OWNER = "supervisor1"


def tokens(settings: Settings, n: int) -> list[str]:
    """New ones of a supervisor, with all scopes."""
    with open_context(settings) as context, context.store.write() as c:
        owner = accounts.account_named(c, OWNER)
        assert owner is not None
        now = datetime.now(UTC)
        return [issue(c, owner, "benchmark", tuple(TokenScope), 1, now)[1] for _ in range(n)]


@dataclass
class Program:
    desk: str
    token: str
    chance: random.Random
    waits: defaultdict[str, Waits] = field(default_factory=lambda: defaultdict(Waits))

    async def work(self, until: float, think: float) -> None:
        """Lists, goes to a next page, reads a listed call with its sheet and its words; now and then figures."""
        headers = {"Authorization": f"Bearer {self.token}"}
        base = f"{self.desk}/api/v1"
        async with httpx.AsyncClient(base_url=base, timeout=PATIENCE, headers=headers) as self.client:
            while time.monotonic() < until:
                await self.look(think)

    async def look(self, think: float) -> None:
        conditions = {
            "team": self.chance.choice(TEAMS),
            "failed": self.chance.choice(ITEMS),
            "category": self.chance.choice(CATEGORIES),
            "review": "yes",
        }
        chosen = {name: conditions[name] for name in self.chance.sample(list(conditions), self.chance.randint(0, 2))}
        page = await self.get("API: list", "/calls", think, **chosen)
        if page and page["next"]:
            page = await self.get("API: list", "/calls", think, **chosen, cursor=page["next"])
        for call in self.chance.sample(page["data"], min(3, len(page["data"]))) if page else ():
            await self.get("API: call", f"/calls/{call['call_id']}", think)
            await self.get("API: sheet", f"/calls/{call['call_id']}/sheet", think)
            await self.get("API: transcript", f"/calls/{call['call_id']}/transcript", think)
        await self.get("API: figures", "/agents", think, month=f"2026-{self.chance.randint(9, 11):02}")
        await self.get("API: events", "/events", think)

    async def get(self, kind: str, path: str, think: float, **params: str) -> dict | None:
        waits, started = self.waits[kind], time.perf_counter()
        try:
            answer = await self.client.get(path, params=params)
        except httpx.HTTPError:
            waits.errors += 1
            return None
        waits.add(time.perf_counter() - started)
        waits.errors += answer.status_code >= 400
        await asyncio.sleep(think * self.chance.uniform(0.5, 1.5))
        return answer.json() if answer.status_code < 400 else None


async def read_on(desk: str, of: Sequence[str], minutes: float, think: float) -> dict[str, Waits]:
    """All of them, at once; what was waited for each kind of answer."""
    programs = [Program(desk, token, random.Random(n)) for n, token in enumerate(of)]
    until = time.monotonic() + 60 * minutes
    await asyncio.gather(*(program.work(until, think) for program in programs))
    waits: defaultdict[str, Waits] = defaultdict(Waits)
    for program in programs:
        for kind, wait in program.waits.items():
            waits[kind] += wait
    return dict(sorted(waits.items()))
