"""Speed of searches at scale: fills a database with synthetic calls of varied words, then looks for some of them.

python -m benchmarks.said --calls 1000000 --database sqlite:////some/where/said.db [--fill]

What is said is put together from pieces of the corpora of the checks, the common ones more often (Zipf), with an
address of drawn characters in each call, so that words of every frequency occur. `benchmarks.desk` has the whole desk;
its calls are copies of a few thousand, which is too alike for this.
"""

import argparse
import json
import re
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from types import SimpleNamespace
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

import numpy as np
from rich.console import Console
from rich.progress import track

from benchmarks.desk.bulk import Bulk
from callqa.call_filter import CallFilter
from callqa.days import Days
from callqa.keys import RubricKeys, content_key
from callqa.phrases import Pairs, sounds_key
from callqa.syllables import accents, syllables
from callqa.types import Role
from callqa.visibility import Visibility
from services.context import RubricContext
from services.search.find import Question, search_calls
from store import open_store
from store.search.postings import Spoken, lay_out

ZONE = ZoneInfo("Asia/Shanghai")
ENGINE = {"engine": "made-up"}
KEYS = RubricKeys(content_key(ENGINE), (), "r" * 16)
FIRST = datetime(2025, 11, 24, tzinfo=ZONE)
N_DAYS, N_AGENTS, N_TEAMS = 365, 600, 20
N_PIECES = 36  # of a call, two a turn
PER_BLOCK = 8192
N_CLASSES = int(accents().max()) + 1
ROAD = "陈辉杨高张江金桥龙东锦绣世纪东方川沙祝桥惠南周浦康新秀沿芳华夏德平博山长岛云台灵羽建临沂蓝村晨程慧会灰回晖"
QUERIES = (
    "您好", "工号3028", "我的电话号码", "物业", "噪声扰民", "身份证号码", "晨晖路", "陈辉路", "龙东灰路",
    "停水了没有人管", "火烧眉毛了", "好的我们您好", "这个事情我们好的", "不是这个我们的", "晨晖路 物业",
    "物业 停水 电话",
)  # fmt: skip

console = Console(width=140)


class Piece(NamedTuple):
    text: str
    words: str
    """As JSON."""
    classes: np.ndarray
    """Of accents, of its syllables. Found once a piece, because readings are slow."""


class Pieces:
    """What is said, by number; the smaller, the more often."""

    def __init__(self) -> None:
        texts: set[str] = set()
        for name in ("asides.txt", "danger.tsv", "everyday.tsv", "manners.tsv", "requests.tsv"):
            for part in re.split(r"[\t\n，。？！、…]", (files("training") / "corpora" / name).read_text("utf-8")):
                if 2 <= len(part) <= 14 and re.search("[一-鿿]", part):
                    texts.add(part)
        chance = np.random.default_rng(1)
        self.pieces = [_piece(text) for text in chance.permutation(sorted(texts)).tolist()]
        weights = 1 / (1 + np.arange(len(self.pieces))) ** 0.9
        self.upto = np.cumsum(weights / weights.sum())

    def draw(self, n: int, block: int) -> np.ndarray:
        drawn = np.random.default_rng((2, block)).random((n, N_PIECES))
        return np.searchsorted(self.upto, drawn).clip(0, len(self.pieces) - 1)


@lru_cache(maxsize=50_000)
def _piece(text: str) -> Piece:
    words = (
        {"text": text[i : i + 2], "start": 1.25 + i / 4, "end": 1.75, "probability": 0.875}
        for i in range(0, len(text), 2)
    )
    classes = accents()[syllables(text).sounds].astype(np.int32)
    return Piece(text, ",".join(json.dumps(word, ensure_ascii=False) for word in words), classes)


def _pairs(first: Piece, other: Piece) -> Pairs:
    """What `pairs_of` gives for both together."""
    classes = np.concatenate([first.classes, other.classes])
    return classes[:-1] * N_CLASSES + classes[1:]


class Synthetic(NamedTuple):
    n: int
    started_at: datetime
    turns: list[tuple[Role, Pairs]]
    document: bytes


def calls(n_calls: int, block: int, pieces: Pieces) -> Iterator[Synthetic]:
    first, last = block * PER_BLOCK, min(n_calls, (block + 1) * PER_BLOCK)
    drawn = pieces.draw(last - first, block)
    chance = np.random.default_rng((3, block))
    roads = chance.integers(len(ROAD), size=(last - first, 3))
    for row, n in enumerate(range(first, last)):
        drawn_pieces = [pieces.pieces[k] for k in drawn[row].tolist()]
        road = _piece("".join(ROAD[k] for k in roads[row].tolist()) + f"路{n % 997}号")
        drawn_pieces[9] = road
        number = f"工号{3000 + n % N_AGENTS}"
        spoken = [
            (_piece("您好"), _piece(number + "为您服务")),
            *zip(drawn_pieces[::2], drawn_pieces[1::2], strict=True),
            (_piece("感谢您的来电"), _piece("再见")),
        ]
        turns: list[tuple[Role, Pairs]] = [
            ("citizen" if i % 2 else "agent", _pairs(first, other)) for i, (first, other) in enumerate(spoken)
        ]
        started_at = FIRST + timedelta(seconds=int(N_DAYS * 86_400 * n / n_calls))
        yield Synthetic(n + 1, started_at, turns, _document(spoken))


def _document(spoken: list[tuple[Piece, Piece]]) -> bytes:
    turns = ",".join(
        f'{{"index":{i},"role":"{"citizen" if i % 2 else "agent"}","start":{9 * i},"end":{9 * i + 6},'
        f'"text":"{first.text}，{other.text}",'
        f'"words":[{first.words},{{"text":"，","start":0,"end":0,"probability":1}},{other.words}],"confidence":0.9}}'
        for i, (first, other) in enumerate(spoken)
    )
    head = '{"recording":{"sha256":"0","duration":180,"n_channels":2,"sample_rate":8000,"codec":"pcm"},"engine_key":"e"'
    return zlib.compress(f'{head},"turns":[{turns}]}}'.encode(), 1)


def fill(urls: list[str], n_calls: int) -> None:
    """Calls with transcripts, their rows in the list, and the index, in each of the databases."""
    bulks = []
    for url in urls:
        open_store(url).close()
        bulks.append(Bulk(url))
    pieces, took = Pieces(), 0.0

    def add(table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
        for bulk in bulks:
            bulk.add(table, columns.split(), rows)

    add("engine", "id engine_key description", [(1, KEYS.engine_key, json.dumps(ENGINE))])
    add("rubric", "id rubric_id version rubric_key document", [(1, "r", "1", KEYS.rubric_key, "{}")])
    for block in track(range(-(-n_calls // PER_BLOCK)), "fill", console=console):
        made_calls = list(calls(n_calls, block, pieces))
        add("recording", "id sha256 n_bytes", [(call.n, f"{call.n:064x}", 1) for call in made_calls])
        add("call", CALL, [_call(call) for call in made_calls])
        rows = [(call.n, call.n, 0, 1, 180.0, 0.9, call.document) for call in made_calls]
        add("transcript", "id recording_id channel engine_id seconds confidence document", rows)
        add("listing", LISTING, [_listed(call) for call in made_calls])
        started = time.perf_counter()
        laid, pairs = lay_out(Spoken(call.n, call.n, call.started_at, call.turns) for call in made_calls)
        packed = [(block + 1, *pair) for pair in pairs]
        took += time.perf_counter() - started
        ends = (int(laid.positions[-1]), int(laid.positions[0]))
        row = (block + 1, 1, sounds_key(), *ends, *laid.columns().values())
        add("said_block", "id engine_id sounds_key oldest newest positions bounds", [row])
        add("said_pair", "block_id pair places", packed)
        add(
            "said",
            "call_id transcript_id block_id started_at",
            [(call.n, call.n, block + 1, _utc(call)) for call in made_calls],
        )
    console.print(f"laid out {n_calls / took:,.0f} calls/s")
    for bulk in bulks:
        bulk.close()


CALL = (
    "id call_id recording_id channel context_key row_key uri stamp agent_id team started_at period day direction "
    "hangup_by line category request_type"
)
LISTING = (
    "call_id named call_score_id last_review_id rubric_id started_at agent_id team category request_type line "
    "direction seconds total needs_review fatal verdicts"
)


def _utc(call: Synthetic) -> str:
    return f"{call.started_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}.000000"


def _facts(call: Synthetic) -> tuple[str, str]:
    agent = call.n * 7919 % N_AGENTS
    return f"{3000 + agent}", f"{agent % N_TEAMS}班"


def _call(call: Synthetic) -> tuple[Any, ...]:
    at = call.started_at
    days = f"{at:%Y-%m}", f"{at:%Y-%m-%d}"
    return (
        call.n, f"call-{call.n:07}", call.n, 0, "c", "r", f"{call.n}.wav", "s", *_facts(call), _utc(call), *days,
        "inbound", "citizen", "12345", f"类别{call.n % 12}", "投诉",
    )  # fmt: skip


def _listed(call: Synthetic) -> tuple[Any, ...]:
    return (
        call.n, f"call-{call.n:07}", call.n, 0, 1, int(call.started_at.timestamp()), *_facts(call),
        f"类别{call.n % 12}", "投诉", "12345", "inbound", 180.0, 90.0, False, False, "M",
    )  # fmt: skip


def ask(url: str, rounds: int) -> None:
    """Each query alone, first and again; then all of them by eight threads at once."""
    store = open_store(url)
    context = cast(RubricContext, SimpleNamespace(store=store, keys=KEYS, zone=ZONE))
    last = (FIRST + timedelta(days=N_DAYS)).date()
    month = CallFilter(days=Days(last - timedelta(days=30), last))
    of_one = Visibility(agent_id="3017")
    questions = {text: Question(text) for text in QUERIES}
    questions |= {
        "陈辉路 spelled": Question("陈辉路", spelled=True),
        "晨晖路 spelled by citizens": Question("晨晖路", spelled=True, role="citizen"),
        "物业, agent's own": Question("物业", visibility=of_one),
        "您好, agent's own": Question("您好", visibility=of_one),
        "火烧眉毛了, agent's own": Question("火烧眉毛了", visibility=of_one),
        "陈辉路, one team": Question("陈辉路", visibility=Visibility(teams=("7班",))),
        "陈辉路, one month": Question("陈辉路", filter=month),
        "您好, first month": Question("您好", filter=CallFilter(days=Days(None, FIRST.date() + timedelta(days=30)))),
        "您好, nobody's": Question("您好", filter=CallFilter(team=("没有",))),
    }
    for name, question in questions.items():
        times, works, answer = [], [], None
        for _ in range(rounds):
            started, worked = time.perf_counter(), time.process_time()
            answer = search_calls(context, question)
            times.append(1000 * (time.perf_counter() - started))
            works.append(1000 * (time.process_time() - worked))
        assert answer
        rest = "" if answer.after is None else " and more"
        after = f"{np.median(times[1:]):>8.1f} ms after, of which{min(works):>7.1f} of this process"
        console.print(f"{name:<28}{times[0]:>8.1f} ms first{after}  {len(answer.hits)} hits{rest}", highlight=False)
    chance = np.random.default_rng(4)
    asked = [list(questions.values())[k] for k in chance.integers(len(questions), size=40 * rounds)]

    def timed(question: Question) -> float:
        started = time.perf_counter()
        search_calls(context, question)
        return 1000 * (time.perf_counter() - started)

    with ThreadPoolExecutor(8) as pool:
        times = list(pool.map(timed, asked))
    p50, p95 = np.percentile(times, [50, 95])
    console.print(f"8 threads: p50 {p50:.0f} ms, p95 {p95:.0f} ms, worst {max(times):.0f} ms", highlight=False)
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--database", action="append", required=True)
    parser.add_argument("--fill", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.fill:
        fill(arguments.database, arguments.calls)
    for url in arguments.database:
        console.print(url)
        ask(url, arguments.rounds)


if __name__ == "__main__":
    main()
