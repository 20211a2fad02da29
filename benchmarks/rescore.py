"""A million calls scored again, and a month's figures from them: how long, and with how much memory.

python -m benchmarks.rescore --calls 1000000 [--folder /where/there/is/room]

Fills a new SQLite store in one go with SQL: calls of 800 agents over about six months, 22 findings each, half of them
with evidence. Transcripts are blanks, as long as what a database keeps in the row itself; nothing here reads more of
them. Scores all calls under the shipped rubric, then again under a second version of it, with the stage that a nightly
run uses, and aggregates one month. Each step runs in a process of its own, so that its memory is its own. A million
calls take about 6 GB of disk while it runs.
"""

import argparse
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import zlib
from functools import partial
from itertools import chain, count
from pathlib import Path

from asr import describe_engine
from callqa.days import Days
from callqa.keys import content_key
from callqa.settings import Settings, load_settings
from flows.stages import STAGES
from scoring.figures import aggregate, rank
from scoring.rubric_file import RUBRICS
from services.context import open_context
from store.calls import figures

RUBRIC = "pudong-12345"
MONTH = Days.of_month("2026-08")
PERIOD = 183 * 86_400  # seconds over which the calls are spread
ODDS = {"met": 850, "violated": 60, "not_applicable": 60, "unsure": 29, "error": 1}
"""Of each finding, whatever the others are, so that the sheets differ as much as they can."""
QUOTE = "您反映的问题我已经记录下来了"
EVIDENCE = zlib.compress(
    f'[{{"turn_index":3,"char_start":0,"char_end":12,"start":12.5,"end":15.25,"quote":"{QUOTE}"}}]'.encode()
)
"""As `store.tables.columns.PackedJson` packs it."""
SQL = """
INSERT INTO engine (id, engine_key, description) VALUES (1, :engine_key, '{}');
INSERT INTO recording (id, sha256, n_bytes)
    SELECT n, printf('%064x', n), 1000000 FROM numbers;
INSERT INTO call (id, call_id, recording_id, channel, context_key, row_key, uri, stamp, agent_id, team, started_at,
                  period, day, direction, hangup_by, ticket, line, category, request_type)
    SELECT n, printf('call-%07d', n), n, 0, printf('%016x', n * 2654435761), printf('%016x', n), printf('%d.wav', n),
           '1000000:1', printf('%04d', agent), printf('%02d组', agent % 20), datetime(at, '-8 hours'),
           strftime('%Y-%m', at), date(at), 'inbound', 'citizen', '{}', '12345',
           substr('城乡建设环境保护交通管理社会保障', 1 + 4 * (abs(random()) % 4), 4), '投诉'
    FROM (SELECT n, (n * 7919) % 800 AS agent,
                 datetime('2026-06-01', printf('+%d seconds', CAST(n * :gap AS INTEGER))) AS at FROM numbers);
INSERT INTO transcript (id, recording_id, channel, engine_id, seconds, confidence, document)
    SELECT n, n, 0, 1, 60 + abs(random()) % 600, 0.6 + (abs(random()) % 400) / 1000.0, zeroblob(400) FROM numbers;
INSERT INTO finding (transcript_id, context_key, check_version_id, verdict, reason, value, confidence, evidence)
    SELECT call.id, context_key, check_version.id, verdict(), 'said_in_other_words', 1.25, 0.875,
           CASE WHEN check_version.id % 2 THEN :evidence END
    FROM call CROSS JOIN check_version WHERE check_key IN (SELECT value FROM json_each(:checks));
ANALYZE;
"""


def fill(settings: Settings, n_calls: int) -> None:
    with open_context(settings) as context:
        checks, engine = json.dumps(context.keys.check_keys), content_key(describe_engine(settings.asr))
        assert engine == context.keys.engine_key
    database = sqlite3.connect(settings.home / "callqa.db")
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA temp_store = MEMORY")
    database.execute("CREATE TEMP TABLE numbers (n INTEGER PRIMARY KEY)")
    database.execute(
        "INSERT INTO numbers WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < ?) "
        "SELECT n FROM up",
        (n_calls,),
    )
    chance = random.Random(1)
    verdicts = chain.from_iterable(chance.choices(list(ODDS), ODDS.values(), k=1000) for _ in count())
    database.create_function("verdict", 0, partial(next, verdicts))
    for statement in filter(str.strip, SQL.split(";\n")):
        values = {"engine_key": engine, "checks": checks, "gap": PERIOD / n_calls, "evidence": EVIDENCE}
        database.execute(statement, {name: value for name, value in values.items() if f":{name}" in statement})
    database.commit()
    database.close()


def score_all() -> dict[str, object]:
    """All that lack a score under the settings' rubric, as a run does it."""
    with open_context(load_settings()) as context:
        stage = STAGES["score"]
        started = time.perf_counter()
        ids = stage.pending(context)
        asked = time.perf_counter() - started
        done = sum(stage.work(context, batch).done for batch in stage.batches(context, ids))
        return {"calls": done, "asking_seconds": asked, "seconds": time.perf_counter() - started}


def month() -> dict[str, object]:
    """A month's aggregates of all agents."""
    with open_context(load_settings()) as context:
        started = time.perf_counter()
        with context.store.read() as connection:
            calls = figures.scored_calls(connection, context.keys, MONTH)
        read = time.perf_counter() - started
        agents = aggregate(calls, context.rubric, context.advisory)
        seconds = time.perf_counter() - started
        rank(agents)
        return {
            "calls": len(calls), "agents": len(agents), "sheets": len(set(calls.verdicts)), "reading_seconds": read,
            "seconds": seconds, "with_ranks_seconds": time.perf_counter() - started,
        }  # fmt: skip


STEPS = {"score": score_all, "month": month}


def in_child(step: str, home: Path, rubric: str) -> None:
    """One step in a process of its own; its answer and its memory are printed."""
    environment = os.environ | {"CALLQA_HOME": str(home), "CALLQA_RUBRIC": rubric}
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.rescore", "--step", step],
        env=environment, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    print(f"{step:<6} {Path(rubric).stem:<14} {answer.stdout.strip()}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="default: the system's temporary folder")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        answer = STEPS[arguments.step]()
        answer["cpu_seconds"] = time.process_time()  # also of loading the program
        answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps({name: round(v, 2) if isinstance(v, float) else v for name, v in answer.items()}))
        return
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        home, second = Path(folder), Path(folder) / "second.yaml"
        text = (RUBRICS / f"{RUBRIC}.yaml").read_text(encoding="utf-8")
        second.write_text(text.replace('version: "2026.1"', 'version: "second"'), encoding="utf-8")
        started = time.perf_counter()
        fill(Settings(home=home, rubric=RUBRIC), arguments.calls)
        size = (home / "callqa.db").stat().st_size / 1e9
        print(f"filled in {time.perf_counter() - started:.0f} s: {arguments.calls:,} calls, {size:.2f} GB", flush=True)
        print(f"load {os.getloadavg()}, {os.cpu_count()} cores", flush=True)
        for step, rubric in (("score", RUBRIC), ("score", str(second)), ("month", str(second)), ("month", str(second))):
            in_child(step, home, rubric)
        print(f"load {os.getloadavg()}", flush=True)


if __name__ == "__main__":
    main()
