"""The rows of a store as comparable values: what is known, without when it was written and under which number."""

from callqa.settings import Settings
from store.db.connect import connectable

WHAT = {
    "calls": """SELECT call_id, sha256, n_bytes, channel, context_key, agent_id,
            substr(CAST(started_at AS VARCHAR(30)), 1, 19)
        FROM call JOIN recording ON recording.id = recording_id""",
    "transcripts": """SELECT sha256, channel, engine_key, document
        FROM transcript JOIN recording ON recording.id = recording_id JOIN engine ON engine.id = engine_id""",
    "findings": """SELECT sha256, context_key, check_key, verdict, reason, value, evidence
        FROM finding JOIN transcript ON transcript.id = transcript_id JOIN recording ON recording.id = recording_id
        JOIN check_version ON check_version.id = check_version_id""",
    "scores": """SELECT call.call_id, rubric_key, checks_key, total, needs_review, verdicts
        FROM call_score JOIN call ON call.id = call_score.call_id JOIN rubric ON rubric.id = call_score.rubric_id""",
    "failures": "SELECT stage, key, attempt, error, message FROM failure",
}


def rows(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Of either kind of database, in the same words."""
    return {name: sorted(asked(settings, query), key=repr) for name, query in WHAT.items()}


def asked(settings: Settings, query: str) -> list[tuple[object, ...]]:
    """What the home's database answers to a query in SQL."""
    engine = connectable(settings.database)
    with engine.connect() as database:
        rows = [tuple(row) for row in database.exec_driver_sql(query)]
    engine.dispose()
    return rows
