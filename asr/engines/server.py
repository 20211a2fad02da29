"""Any server with OpenAI's ``POST /v1/audio/transcriptions``: OpenAI, vLLM, speaches, LocalAI, whisper.cpp, FunASR's.

The servers differ in what they give: words with times (OpenAI's whisper-1, speaches; whisper.cpp inside segments),
segments with times (vLLM, Groq), or the text alone (OpenAI's gpt-4o-transcribe, vLLM's other models); a form they do
not know they refuse with status 400. So the richest answer is asked for first.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from asr.decode import SAMPLE_RATE, Samples
from asr.engine import Clip, TranscribedClip
from asr.engines import whisper
from asr.engines.transcription import Transcription, words_of
from asr.engines.whisper import Attempt, Window
from asr.wav import wav_bytes
from callqa.errors import EngineError
from callqa.messages import Message
from callqa.retry import retry_after
from callqa.settings import AsrSettings
from callqa.types import Seconds, Word

if TYPE_CHECKING:
    from httpx import Response

PATH = "/audio/transcriptions"
FORMS: tuple[dict[str, Any], ...] = (
    {"response_format": "verbose_json", "timestamp_granularities[]": ["word", "segment"]},
    {"response_format": "verbose_json"},
    {"response_format": "json"},
)
"""What to ask for, the richest answer first; the last has no times."""
ALONE = Attempt(beam=1, window=0.0)
BACKOFF: tuple[Seconds, ...] = (1.0, 4.0, 15.0)  # before the second, third and fourth try
LONGEST_WAIT: Seconds = 60.0  # whatever Retry-After says
REFUSED = (400, 413, 415, 422)  # statuses about this one request
BUSY = 429
ADVICE = {
    401: "engine.server_key_refused",
    403: "engine.server_key_refused",
    404: "engine.server_path_unknown",
    BUSY: "engine.server_busy",
}


class NotTranscribed(Exception):
    """A request that got no transcription; the next one may. ``status`` is 0 when there was no answer at all."""

    def __init__(self, problem: Message, status: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.status = status


class Server:
    """An `asr.engine.Engine`, and an `asr.engines.whisper.Model` because most of these servers run Whisper."""

    def __init__(self, settings: AsrSettings) -> None:
        """Asks about a second of silence, to know that the server is there and which answers it gives."""
        import httpx

        if not settings.server_url:
            raise EngineError("engine.no_server_url")
        key = settings.api_key.get_secret_value()
        self.url = settings.server_url.rstrip("/") + PATH
        self.model = settings.model
        self.requests = settings.server_requests
        self.client = httpx.Client(
            timeout=settings.server_timeout, headers={"Authorization": f"Bearer {key}"} if key else {}
        )
        self.form = self._richest_form()

    @staticmethod
    def describe(settings: AsrSettings) -> dict[str, Any]:
        """Without the address: a server that moves writes the same. So `asr.model` must tell what runs there."""
        return {"model": settings.model, **whisper.describe()}

    def transcribe(self, clips: Sequence[Clip]) -> list[TranscribedClip]:
        if self.form is not FORMS[-1]:
            return whisper.transcribe_clips(self, clips)
        # Without times nobody can say which words of a window belong to which clip, so each clip goes alone.
        windows = [Window((clip,), (0.0,)) for clip in clips]
        written = self.decode([window.samples() for window in windows], ALONE)
        return [transcribed for pair in zip(windows, written, strict=True) for transcribed in whisper.judge(*pair)]

    def decode(self, windows: Sequence[Samples], attempt: Attempt) -> list[tuple[Word, ...]]:
        with ThreadPoolExecutor(self.requests) as pool:
            return list(pool.map(self._decode, windows))

    def _decode(self, samples: Samples) -> tuple[Word, ...]:
        try:
            return words_of(self._ask(samples, self.form), len(samples) / SAMPLE_RATE)
        except NotTranscribed:
            self._richest_form()  # or is it the server that has gone?
            raise

    def _richest_form(self) -> dict[str, Any]:
        """Of `FORMS`, the first that this server answers. Raises `EngineError` when it answers none."""
        for form in FORMS:
            try:
                self._ask(np.zeros(SAMPLE_RATE, dtype=np.float32), form)
            except NotTranscribed as error:
                problem = error
                if error.status not in REFUSED:
                    break
            else:
                return form
        raise EngineError("engine.server_away", url=self.url, problem=problem.problem) from problem

    def _ask(self, samples: Samples, form: dict[str, Any]) -> Transcription:
        """Raises `NotTranscribed`, or `EngineError` when every other request would fail, too."""
        import httpx

        data = {"model": self.model, "language": whisper.LANGUAGE, "temperature": "0", **form}
        sound = wav_bytes(samples)
        for wait in (*BACKOFF, None):
            try:
                response = self.client.post(self.url, data=data, files={"file": ("clip.wav", sound, "audio/wav")})
            except httpx.TimeoutException as error:
                raise NotTranscribed(Message("engine.server_timeout")) from error
            except httpx.TransportError as error:
                problem, status = Message("engine.server_unreachable", kind=type(error).__name__), 0
            else:
                if response.is_success:
                    return _read(response)
                status = response.status_code
                problem = Message("engine.server_status", status=status)
                if status in REFUSED:
                    raise NotTranscribed(problem, status)
                if status < 500 and status != BUSY:
                    raise EngineError(ADVICE.get(status, "engine.server_url_wrong"), url=self.url, problem=problem)
                if wait is not None:
                    wait = retry_after(response.headers.get("retry-after", ""), LONGEST_WAIT) or wait
            if wait is not None:
                time.sleep(wait)
        if status == BUSY:
            raise EngineError(ADVICE[BUSY], url=self.url)
        raise NotTranscribed(problem, status)


def _read(response: "Response") -> Transcription:
    try:
        return Transcription.model_validate_json(response.content)
    except ValidationError as error:
        # Its text may be what people said, so it is left out.
        raise NotTranscribed(Message("engine.server_no_transcription")) from error.with_traceback(None)
