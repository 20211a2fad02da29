"""A server on this machine with OpenAI's transcription interface: it parses the form as the real ones do.

The answers follow OpenAI's API reference (whisper-1, gpt-4o-transcribe) and the sources of speaches, vLLM, whisper.cpp.
"""

import io
import json
import threading
import time
import wave
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler
from typing import Any

import numpy as np

KEY = "sk-secret"
WHISPER_1 = {
    "task": "transcribe",
    "language": "chinese",
    "duration": 2.0,
    "text": "您好，请讲。",
    "words": [
        {"word": "您", "start": 0.2, "end": 0.4},
        {"word": "好", "start": 0.4, "end": 0.6},
        {"word": "请", "start": 1.0, "end": 1.2},
        {"word": "讲", "start": 1.2, "end": 1.5},
    ],
    "segments": [
        {"id": 0, "seek": 0, "start": 0.0, "end": 2.0, "text": "您好，请讲。", "tokens": [50364], "temperature": 0.0,
         "avg_logprob": -0.105, "compression_ratio": 0.9, "no_speech_prob": 0.01},
    ],
    "usage": {"type": "duration", "seconds": 2},
}  # fmt: skip
SPEACHES = {
    **WHISPER_1,
    "words": [{"word": "您好，", "start": 0.2, "end": 0.6, "probability": 0.97},
              {"word": "请講。", "start": 1.0, "end": 1.5, "probability": 0.5}],
}  # fmt: skip
WHISPER_CPP = {
    **{name: WHISPER_1[name] for name in ("task", "language", "duration", "text")},
    "segments": [{"id": 0, "text": "您好，请讲。", "start": 0, "end": 2, "tokens": [1], "avg_logprob": -0.1,
                  "words": [{"word": "您好，", "start": 0.2, "end": 0.6, "t_dtw": -1, "probability": 0.9},
                            {"word": "请讲。", "start": 1.0, "end": 1.5, "t_dtw": -1, "probability": 0.8}]}],
}  # fmt: skip
VLLM = {
    "duration": "2.0", "language": "zh", "text": "您好请讲", "words": None,
    "segments": [{"id": 0, "avg_logprob": -1.0, "compression_ratio": -1.0, "start": 0.0, "end": 1.0,
                  "no_speech_prob": None, "text": "您好", "tokens": []},
                 {"id": 1, "avg_logprob": -1.0, "compression_ratio": -1.0, "start": 1.0, "end": 2.0, "text": "请讲"}],
}  # fmt: skip
GPT_4O = {"text": "您好，请讲。", "usage": {"type": "tokens", "total_tokens": 9}}


@dataclass
class Line:
    """What the fake server does, and what it was asked."""

    answer: dict[str, Any] = field(default_factory=lambda: WHISPER_1)
    formats: tuple[str, ...] = ("verbose_json", "json")
    granular: bool = True
    """Whether it knows timestamp_granularities[]."""
    key: str = KEY
    statuses: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """To give for the next requests about speech, before it works again."""
    body: bytes | None = None
    """To give in the place of an answer about speech."""
    delay: float = 0.0
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0
    url: str = ""

    def status(self, form: dict[str, list[str]], silent: bool) -> tuple[int, dict[str, str]]:
        if form["response_format"][0] not in self.formats:
            return 400, {}
        if "timestamp_granularities[]" in form and not self.granular:
            return 400, {}
        if self.statuses and not silent:
            return self.statuses.pop(0)
        return 200, {}


class Handler(BaseHTTPRequestHandler):
    line: Line
    lock = threading.Lock()

    def do_POST(self) -> None:
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        message = BytesParser().parsebytes(head + self.rfile.read(int(self.headers["Content-Length"])))
        form: dict[str, list[str]] = {}
        sound = b""
        for part in message.get_payload():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            if name == "file":
                assert part.get_filename().endswith(".wav")
                sound = content
            else:
                form.setdefault(name, []).append(content.decode())
        with wave.open(io.BytesIO(sound)) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
            samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        self.answer(form, len(samples) / 16_000, silent=not samples.any())

    def answer(self, form: dict[str, list[str]], seconds: float, silent: bool) -> None:
        line = self.line
        with self.lock:
            line.asked.append(form)
            line.seconds.append(seconds)
            line.under_way += 1
            line.most_under_way = max(line.most_under_way, line.under_way)
        if self.path != "/v1/audio/transcriptions":
            status, headers = 404, {}
        elif line.key and self.headers["Authorization"] != f"Bearer {line.key}":
            status, headers = 401, {}
        else:
            status, headers = line.status(form, silent)
        if not silent:
            time.sleep(line.delay)
        answer = {"text": "", "segments": [], "words": []} if silent else line.answer
        body = json.dumps(answer if status == 200 else {"error": {"message": "说了什么"}}).encode()
        if line.body is not None and not silent:
            body = line.body
        with self.lock:
            line.under_way -= 1
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
