"""A server on this machine with OpenAI's chat interface, which does what the test says, faults included."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MET = {"applies": True, "quotes": [], "reason": "没有这种情况", "verdict": "MET"}
Answer = Callable[[dict[str, Any]], tuple[int, Any]]
"""From the request's body to status and body; ``None`` as a body cuts the connection."""


def completion(content: str | dict[str, Any], **more: Any) -> dict[str, Any]:
    """A good answer, with parts replaced: ``finish_reason``, ``usage``, ``message``, ``logprobs``."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text, **more.get("message", {})},
        "finish_reason": more.get("finish_reason", "stop"),
        "logprobs": more.get("logprobs"),
    }
    usage = more.get("usage", {"prompt_tokens": 900, "completion_tokens": 60})
    return {"id": "1", "model": "dummy", "system_fingerprint": "fp-1", "choices": [choice], "usage": usage}


@dataclass
class ChatServer:
    """What the server does, and what it was asked."""

    answers: list[Answer] = field(default_factory=list)
    """For the next requests, one each; afterwards ``always``."""
    always: Answer = lambda _: (200, completion(MET))
    delay: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""
    clients: ExitStack = field(default_factory=ExitStack)
    """Closed at the end of a test."""


def answering(content: str | dict[str, Any] = MET, **more: Any) -> Answer:
    return lambda _: (200, completion(content, **more))


def status(code: int) -> Answer:
    return lambda _: (code, {"error": {"message": "no"}})


def cut(_: dict[str, Any]) -> tuple[int, Any]:
    """The connection breaks."""
    return 0, None


class _Handler(BaseHTTPRequestHandler):
    chat: ChatServer
    lock = threading.Lock()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.lock:
            self.chat.asked.append(body)
            self.chat.paths.append(self.path)
            self.chat.keys.append(self.headers.get("Authorization", ""))
            answer = self.chat.answers.pop(0) if self.chat.answers else self.chat.always
        time.sleep(self.chat.delay)
        code, content = answer(body)
        if content is None:
            self.connection.close()
            return
        sent = json.dumps(content, ensure_ascii=False).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        if code == 302:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()
        self.wfile.write(sent)

    def do_GET(self) -> None:
        sent = json.dumps({"data": [{"id": "dummy"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def finish(self) -> None:
        with suppress(OSError, ValueError):  # whoever asked may have gone
            super().finish()


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    chat = ChatServer()
    handler = type("Handler", (_Handler,), {"chat": chat})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign,assignment]
    chat.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
