"""The calls of a synthetic year: who took them, when, what was said, and what the checks found.

What is said comes from the corpora of the checks. A transcript is one of a few thousand documents; everything else is
drawn for each call by itself. Equal seeds give equal years.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from callqa.keys import context_key
from callqa.types import Call, Evidence, Recording, Ticket, Transcript, Turn, Word

ZONE = ZoneInfo("Asia/Shanghai")
LAST_DAY = date(2026, 11, 24)
N_DAYS = 365
N_TEAMS, AGENTS_PER_TEAM = 20, 30
TEAMS = [f"{number}班" for number in "一二三四五六七八九十"] + [f"夜{number}班" for number in "一二三四五六七八九十"]
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
STREETS = ["张杨路", "浦东南路", "成山路", "东方路", "川沙路", "金桥路", "花木路", "云台路", "上南路", "杨高中路"]
DISTRICTS = ["浦东新区", "黄浦区", "徐汇区", "静安区", "杨浦区", "闵行区"]
N_PAIRS = 7  # of a remark and its answer, in the middle of a call
CHARACTERS_PER_SECOND = 4.5
WEEKDAY = (1.15, 1.05, 1.0, 1.0, 1.0, 0.6, 0.5)
HOUR = (2, 1, 1, 1, 1, 2, 4, 8, 14, 18, 18, 15, 10, 13, 16, 16, 14, 11, 9, 8, 7, 6, 4, 3)
VERDICTS = ("met", "violated", "not_applicable", "unsure", "error")
ODDS = (0.86, 0.035, 0.09, 0.0145, 0.0005)
"""Of an average agent. The best ones violate a third as often, the worst three times."""
SAID = {
    "met": "said",
    "violated": "never_said",
    "not_applicable": "condition_not_met",
    "unsure": "unclear_speech",
    "error": "check_failed",
}


class Said(NamedTuple):
    """A document with what a ticket and the findings take from it."""

    transcript: Transcript
    ticket: Ticket
    evidence: tuple[tuple[Evidence, ...], ...]
    """One place in each of the agent's turns."""


class SyntheticCall(NamedTuple):
    number: int
    call: Call
    context: str
    document: int
    """Which one of `Year.documents`."""


@dataclass(frozen=True)
class Year:
    n_calls: int
    n_documents: int = 3000
    seed: int = 12345

    @cached_property
    def agents(self) -> list[str]:
        return [f"{3001 + n}" for n in range(N_TEAMS * AGENTS_PER_TEAM)]

    def team_of(self, agent_id: str) -> str:
        return TEAMS[(int(agent_id) - 3001) // AGENTS_PER_TEAM]

    @cached_property
    def documents(self) -> list[Said]:
        chance = random.Random(self.seed)
        requests = [line.split("\t") for line in _corpus("requests.tsv")[1:]]
        pairs = [
            (citizen, agent)
            for line in _corpus("manners.tsv") + _corpus("everyday.tsv")
            for _, _, citizen, agent in [line.split("\t")]
            if citizen and agent
        ]
        return [
            _document(chance, chance.choice(requests), chance.sample(pairs, N_PAIRS)) for _ in range(self.n_documents)
        ]

    def calls(self, first: int = 1) -> Iterator[SyntheticCall]:
        """From this number on, in the order in which they came in."""
        chance, times = np.random.default_rng(self.seed), self._times()
        agents = chance.integers(len(self.agents), size=self.n_calls)
        documents = chance.integers(self.n_documents, size=self.n_calls)
        odd = chance.random(self.n_calls)
        for n in range(first, self.n_calls + 1):
            second, agent, document = int(times[n - 1]), agents[n - 1], int(documents[n - 1])
            started_at = datetime.fromtimestamp(second, UTC).astimezone(ZONE)
            agent_id = self.agents[agent]
            call = Call(
                call_id=f"{started_at:%Y%m%d}-{n:07}",
                agent_id=agent_id,
                started_at=started_at,
                recording_uri=f"/recordings/{started_at:%Y/%m/%d}/{n:07}.wav",
                team=self.team_of(agent_id),
                direction="outbound" if odd[n - 1] < 0.06 else "inbound",
                hangup_by="agent" if odd[n - 1] > 0.96 else "citizen",
                agent_channel=0,
                ticket=self.documents[document].ticket,
                line="12345",
            )
            yield SyntheticCall(n, call, context_key(call), document)

    def verdicts(self, calls: list[SyntheticCall], n_checks: int) -> np.ndarray:
        """Places in `VERDICTS`, of shape (calls, checks), int8. Agents and checks differ in how often they go wrong."""
        skill = 3 ** np.random.default_rng(self.seed).uniform(-1, 1, len(self.agents))
        hard = 3 ** np.random.default_rng(self.seed + 1).uniform(-1.5, 0.7, n_checks)
        wrong = ODDS[1] * np.outer(skill[[int(synthetic.call.agent_id) - 3001 for synthetic in calls]], hard)
        rest = np.cumsum(ODDS[2:])
        drawn = np.random.default_rng((self.seed, calls[0].number)).random(wrong.shape)
        places = np.zeros(wrong.shape, np.int8)
        places[drawn < wrong] = 1
        for place, (low, high) in enumerate(zip((0.0, *rest), rest, strict=False), 2):
            places[(drawn >= wrong + low) & (drawn < wrong + high)] = place
        return places

    def _times(self) -> np.ndarray:
        """Seconds since 1970, ascending."""
        chance = np.random.default_rng(self.seed)
        days = [LAST_DAY - timedelta(days=n) for n in reversed(range(N_DAYS))]
        weights = np.array([WEEKDAY[day.weekday()] for day in days])
        hours = np.array(HOUR) / sum(HOUR)
        first = datetime(days[0].year, days[0].month, days[0].day, tzinfo=ZONE).timestamp()
        size = self.n_calls
        day = chance.choice(N_DAYS, size, p=weights / weights.sum())
        at = day * 86_400 + chance.choice(24, size, p=hours) * 3600 + chance.integers(3600, size=size)
        return np.sort(at + int(first))


def _corpus(name: str) -> list[str]:
    return (files("training") / "corpora" / name).read_text(encoding="utf-8").splitlines()


def _document(chance: random.Random, request: list[str], pairs: list[tuple[str, str]]) -> Said:
    text, level1, level2, request_type = request
    place = f"{chance.choice(STREETS)}{chance.randint(1, 999)}号"
    name = f"{chance.choice(SURNAMES)}{chance.choice(['女士', '先生'])}"
    phone = f"13{chance.randrange(10**9):09}"
    lines = [
        ("agent", f"您好，浦东12345，工号{chance.randint(3001, 3600)}为您服务，请问有什么可以帮您"),
        ("citizen", text),
        ("agent", "请问具体地址是哪里"),
        ("citizen", f"{place}，我姓{name[0]}"),
        *(line for citizen, agent in pairs for line in (("citizen", citizen), ("agent", agent))),
        ("agent", f"我跟您核对一下，地址是{place}，您反映的是{text}，联系电话{phone}，对吗"),
        ("citizen", "对的"),
        ("agent", "好的，已经为您记录，请问还有其他需要反映的吗"),
        ("citizen", "没有了，谢谢"),
        ("agent", "感谢您的来电，再见"),
    ]
    turns, at = [], 0.4
    for role, words in lines:
        turn = _turn(chance, len(turns), role, words, at)
        turns.append(turn)
        at = turn.end + chance.uniform(0.2, 2.5)
    recording = Recording("0" * 64, round(at + 1, 2), 2, 8000, "pcm_s16le")
    ticket = Ticket(
        request_type, (level1, level2), text, place, chance.choice(DISTRICTS), name, phone, appeal="希望尽快处理"
    )
    evidence = tuple(
        (Evidence(turn.index, 0, len(turn.text), turn.start, turn.end, turn.text),)
        for turn in turns
        if turn.role == "agent"
    )
    return Said(Transcript(recording, "", tuple(turns)), ticket, evidence)


def _turn(chance: random.Random, index: int, role: str, text: str, start: float) -> Turn:
    words, at, seconds = [], 0, 1 / CHARACTERS_PER_SECOND
    while at < len(text):
        length = chance.choice((1, 2, 2))
        begin, end = start + at * seconds, start + min(at + length, len(text)) * seconds
        words.append(Word(text[at : at + length], round(begin, 2), round(end, 2), round(chance.uniform(0.4, 1), 3)))
        at += length
    confidence = round(sum(word.probability for word in words) / len(words), 3)
    end = round(start + len(text) * seconds, 2)
    turn = Turn(index, "agent", round(start, 2), end, text, tuple(words), confidence, -22.5, 180.0)
    return turn if role == "agent" else replace(turn, role="citizen")
