"""A home full of scored calls that nobody ever spoke: everything after speech recognition is real."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rich.console import Console

from asr import describe_engine
from callqa.keys import context_key
from callqa.settings import Settings
from callqa.types import Call, Evidence, Finding, Recording, Ticket, Transcript, Turn, Verdict
from flows.stages import score
from services.calls.call_list import list_calls
from services.context import RubricContext, open_context
from store.calls import pending, write

SAID = (
    ("agent", "您好，浦东12345，工号3028为您服务"),
    ("citizen", "我们小区停水两天了，没有人管"),
    ("agent", "请问您小区的地址是哪里"),
    ("citizen", "张杨路500号，我姓王"),
    ("agent", "好的，已经为您记录，还有其他需要吗"),
    ("citizen", "没有了"),
    ("agent", "感谢您的来电，再见"),
)
CATEGORIES = ("城乡建设", "环境保护", "交通管理", "社会保障")
TYPES = ("投诉", "咨询", "求助")
USUAL = (Verdict.MET, Verdict.VIOLATED, Verdict.NOT_APPLICABLE, Verdict.UNSURE)


@dataclass(frozen=True)
class Synthetic:
    """How many calls of whom, and when. Equal values give equal calls."""

    n_calls: int = 60
    n_agents: int = 6
    n_teams: int = 2
    first_day: date = date(2026, 11, 2)
    n_days: int = 20
    seed: int = 1
    best: float = 0.97
    """How often the first agent does what an item asks; each next one does so less often by ``step``."""
    step: float = 0.05
    unsure: float = 0.05


def fill_home(settings: Settings, synthetic: Synthetic = Synthetic()) -> None:  # frozen
    """Calls ``call-0001`` to ``call-NNNN`` with transcripts, findings of every check, and scores."""
    with open_context(settings) as context:
        for n in range(1, synthetic.n_calls + 1):
            _put_call(context, n, synthetic)
        with context.store.read() as connection:
            ids = pending.to_score(connection, context.keys)
        score(context, ids)
        list_calls([context], Console(quiet=True))


def _put_call(context: RubricContext, n: int, synthetic: Synthetic) -> None:
    chance = random.Random(f"{synthetic.seed}:{n}")
    agent = n % synthetic.n_agents
    day = synthetic.first_day + timedelta(days=n % synthetic.n_days)
    call = Call(
        call_id=f"call-{n:04}",
        agent_id=f"{3000 + agent}",
        started_at=datetime(day.year, day.month, day.day, 8 + n % 12, n % 60, tzinfo=context.zone),
        recording_uri=f"recordings/{n}.wav",
        team=f"{'ABCDEFGH'[agent % synthetic.n_teams]}组",
        hangup_by="citizen",
        agent_channel=0,
        ticket=Ticket(request_type=TYPES[n % 3], category=(CATEGORIES[chance.randrange(4)],), contact_name="王女士"),
    )
    sha256 = f"{n:064x}"
    turns = tuple(
        Turn(i, role, 6.0 * i, 6.0 * i + 5, text, confidence=chance.uniform(0.6, 1))
        for i, (role, text) in enumerate(SAID)
    )
    seconds = 6.0 * len(turns) * chance.uniform(1, 8)
    transcript = Transcript(Recording(sha256, seconds, 2, 8000, "pcm_s16le"), context.keys.engine_key, turns)
    skill = synthetic.best - synthetic.step * agent
    findings = []
    for check in context.checks.values():
        (verdict,) = chance.choices(USUAL, (skill, 1 - skill, 0.1, synthetic.unsure))
        turn = turns[chance.choice((0, 2, 4, 6))]
        evidence = (Evidence(turn.index, 0, len(turn.text), turn.start, turn.end, turn.text),)
        findings.append(
            Finding(
                check.spec.id, check.key, verdict, "said" if verdict is Verdict.MET else "never_said", None, evidence
            )
        )
    with context.store.write() as connection:
        write.put_call(connection, call, sha256, 1000 + n, f"{1000 + n}:1")
        transcript_id = write.put_transcript(connection, sha256, 0, transcript, describe_engine(context.settings.asr))
        write.put_findings(
            connection, [write.FindingRow(transcript_id, context_key(call), finding) for finding in findings]
        )
