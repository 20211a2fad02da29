"""The rows of a store as comparable values: what is known, without when it was written and under which number."""

import sqlite3
from pathlib import Path

WHAT = {
    "calls": """SELECT call_id, sha256, n_bytes, channel, context_key, agent_id, started_at
        FROM call JOIN recording ON recording.id = recording_id""",
    "transcripts": """SELECT sha256, channel, engine_key, document
        FROM transcript JOIN recording ON recording.id = recording_id JOIN engine ON engine.id = engine_id""",
    "findings": """SELECT sha256, context_key, check_key, verdict, reason, value, evidence
        FROM finding JOIN transcript ON transcript.id = transcript_id JOIN recording ON recording.id = recording_id
        JOIN check_version ON check_version.id = check_version_id""",
    "scores": """SELECT call.call_id, rubric_key, checks_key, total, needs_review, verdicts
        FROM call_score JOIN call ON call.id = call_score.call_id JOIN rubric ON rubric.id = call_score.rubric_id""",
    "reported months": "SELECT period, rubric_key FROM month_stamp JOIN rubric ON rubric.id = month_stamp.rubric_id",
    "failures": "SELECT stage, key, attempt, error, message FROM failure",
}


def rows(home: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(home / "callqa.db") as database:
        return {name: sorted(database.execute(query), key=repr) for name, query in WHAT.items()}
