"""An example of a program that uses callqa: hands in a call as urgent, waits until it is scored, and prints the sheet.

python samples/api_client.py https://qa.example.gov.cn TOKEN C1 3028 2026-11-02T13:38:00+08:00 recording.wav
"""

import json
import sys
import time
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

PAUSE = 2.0  # seconds between two looks


def main(base: str, token: str, call_id: str, agent_id: str, started_at: str, recording: str) -> None:
    def ask(method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> dict:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind, "Idempotency-Key": call_id}
        with urlopen(Request(f"{base}/api/v1{path}", body, headers, method=method), timeout=60) as answer:
            return json.load(answer)

    sent = ask("POST", "/recordings", Path(recording).read_bytes(), "application/octet-stream")
    call = {"call_id": call_id, "agent_id": agent_id, "started_at": started_at, "recording": sent["recording"]}
    ask("POST", "/calls", json.dumps({**call, "urgent": True}).encode())
    place = f"/calls/{quote(call_id, safe='')}"
    while (state := ask("GET", place)["state"]) not in ("scored", "failed"):
        time.sleep(PAUSE)
    if state == "failed":
        sys.exit(f"{call_id}: the recording could not be transcribed; see GET /api/v1/failures")
    sheet = ask("GET", f"{place}/sheet")
    sys.stdout.write(f"{call_id}: {sheet['score']['total']}, fatal: {sheet['score']['fatal']}\n")
    for item in sheet["items"]:
        if item["verdict"] == "violated":
            quotes = " / ".join(quote["text"] for quote in item["quotes"])
            sys.stdout.write(f"  {item['title']}: {item['reason_text']} {quotes}\n")


if __name__ == "__main__":
    main(*sys.argv[1:7])
