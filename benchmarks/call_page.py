"""The page of a call: how much processor time a request takes, and how fast the checks are that it reads from.

    python -m benchmarks.call_page tests/calls [--requests 200] [--checked-before]

Stores the labelled calls of a folder as they were said, checks and scores them, and asks for their pages through the
test client, as a supervisor, who sees all, and as a trainer, for whom what is personal is masked. ``--checked-before``:
the calls are made to look as if they had been checked before findings had details.
"""

import argparse
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from starlette.testclient import TestClient

from asr import describe_engine
from callqa.people import Role
from callqa.settings import Settings
from callqa.types import Conversation
from flows.stages import check, score
from services.calls.visible import bleeps_in, shown_call
from services.context import RubricContext
from services.evaluation.labelled import read_truths, true_conversations
from store.calls import read, write
from store.people import accounts, sign_ins
from web.access.tokens import SESSION, new_token, token_hash
from web.app import create_app
from web.desk import Desk, open_desk

ROLES = (Role.SUPERVISOR, Role.TRAINER)


def put(context: RubricContext, conversation: Conversation) -> int:
    """Stored and not yet checked; its primary key."""
    call, transcript = conversation.call, conversation.transcript
    sha256 = call.call_id.encode().hex().rjust(64, "0")
    recording = replace(transcript.recording, sha256=sha256)
    transcript = replace(transcript, recording=recording, engine_key=context.keys.engine_key)
    with context.store.write() as c:
        write.put_call(c, call, sha256, 1, "1:1")
        write.put_transcript(c, sha256, call.agent_channel, transcript, describe_engine(context.settings.asr))
        row = read.call_row(c, call.call_id)
    assert row is not None
    return row.call_pk


def sign_in(desk: Desk, app: object, role: Role) -> TestClient:
    now, token = desk.now(), new_token()
    with desk.store.write() as c:
        account = accounts.add_account(c, accounts.NewAccount(role.value, role.value, role), now)
        sign_ins.start_session(c, account.pk, token_hash(token), "testclient", now, now + timedelta(hours=1))
    return TestClient(app, cookies={SESSION: token})  # type: ignore[arg-type]


def forget_details(home: Path) -> None:
    with sqlite3.connect(home / "callqa.db") as c:
        c.execute(
            "DELETE FROM finding WHERE check_version_id IN (SELECT id FROM check_version WHERE check_id = 'personal')"
        )
        c.execute("UPDATE finding SET details = NULL")


def user_seconds() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def per_item(n: int, work: Callable[[], object]) -> float:
    """Milliseconds of user time for each of ``n``."""
    started = user_seconds()
    work()
    return (user_seconds() - started) / n * 1000


def ask(client: TestClient, ids: list[int], n: int) -> None:
    for i in range(n):
        answer = client.get(f"/calls/{ids[i % len(ids)]}")
        assert answer.status_code == 200, answer.text


def make(context: RubricContext, ids: list[int], n: int, discreet: bool) -> None:
    """What a page is made of, without the page."""
    with context.store.read() as c:
        for i in range(n):
            row = read.call_row_of(c, ids[i % len(ids)])
            assert row is not None
            shown_call(context, c, row, discreet=discreet)


def bleep(context: RubricContext, ids: list[int], n: int) -> None:
    with context.store.read() as c:
        for i in range(n):
            row = read.call_row_of(c, ids[i % len(ids)])
            assert row is not None
            bleeps_in(context, c, row)


def measure(folder: Path, n_requests: int, checked_before: bool, home: Path) -> None:
    settings = Settings(home=home)
    truths = {truth.call_id: truth for truth in read_truths(folder)}
    conversations = [conversation for _, conversation in true_conversations(settings, folder, truths)]
    with open_desk(settings) as desk:
        (context,) = desk.rubric_set
        ids = [put(context, conversation) for conversation in conversations]
        check(context, ids[:1])  # loads what checks need
        started = time.process_time()
        check(context, ids[1:])
        print(f"check       {(time.process_time() - started) / (len(ids) - 1) * 1000:.1f} ms a call")
        score(context, ids)
        if checked_before:
            forget_details(home)
        for title, discreet in (("whole", False), ("masked", True)):
            took = per_item(n_requests, lambda: make(context, ids, n_requests, discreet))  # noqa: B023
            print(f"{title:<12}{took:.1f} ms of user time for what a page is made of")
        print(f"bleeps      {per_item(n_requests, lambda: bleep(context, ids, n_requests)):.1f} ms of user time")
        app = create_app(settings, desk)
        with TestClient(app):
            for role in ROLES:
                client = sign_in(desk, app, role)
                ask(client, ids, len(ids))
                took = per_item(n_requests, lambda: ask(client, ids, n_requests))  # noqa: B023
                print(f"{role.value:<12}{took:.1f} ms of user time a request")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--checked-before", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        measure(arguments.folder, arguments.requests, arguments.checked_before, Path(home))


if __name__ == "__main__":
    main()
