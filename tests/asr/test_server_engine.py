"""The server engine against a local server that gives the answers of the real ones."""

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
from transcription_server import GPT_4O, KEY, SPEACHES, VLLM, WHISPER_1, WHISPER_CPP, Handler, Line

from asr import describe_engine
from asr.decode import SAMPLE_RATE
from asr.engine import Clip
from asr.engines import server as module
from asr.engines.plain_text import UNKNOWN_PROBABILITY
from asr.engines.server import NotTranscribed, Server
from callqa.errors import EngineError
from callqa.retry import retry_after
from callqa.settings import AsrSettings


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    monkeypatch.setattr(module, "BACKOFF", (0.01, 0.02))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    line = Line()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Line", (Handler,), {"line": line})) as http:
        line.url = f"http://127.0.0.1:{http.server_port}/v1"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield line
        http.shutdown()
        thread.join()


def settings(line: Line, **options: Any) -> AsrSettings:
    return AsrSettings(**{"engine": "server", "server_url": line.url, "api_key": KEY, "model": "whisper-1", **options})


def clip(start: float = 10.0, seconds: float = 2.0) -> Clip:
    return Clip("r", 0, start, np.full(round(seconds * SAMPLE_RATE), 0.1, dtype=np.float32))


def test_the_request_is_what_the_interface_asks_for(line: Line) -> None:
    Server(settings(line)).transcribe([clip()])
    form = line.asked[-1]
    assert form["model"] == ["whisper-1"]
    assert form["language"] == ["zh"]
    assert form["response_format"] == ["verbose_json"]
    assert form["timestamp_granularities[]"] == ["word", "segment"]
    assert form["temperature"] == ["0"]
    assert "prompt" not in form, "small models loop on its words"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (WHISPER_1, [("您", 10.2, 0.9), ("好，", 10.4, 0.9), ("请", 11.0, 0.9), ("讲。", 11.2, 0.9)]),
        (SPEACHES, [("您好，", 10.2, 0.97), ("请讲。", 11.0, 0.5)]),
        (WHISPER_CPP, [("您好，", 10.2, 0.9), ("请讲。", 11.0, 0.8)]),
        (VLLM, [("您", 10.0, 0.5), ("好", 10.5, 0.5), ("请", 11.0, 0.5), ("讲", 11.5, 0.5)]),
    ],
)
def test_words_and_times_of_every_kind_of_server(
    answer: dict[str, Any], words: list[tuple[str, float, float]], line: Line
) -> None:
    line.answer = answer
    (heard,) = Server(settings(line)).transcribe([clip()])
    assert [(w.text, round(w.start, 2), round(w.probability, 2)) for w in heard.words] == words
    assert heard.flags == ()


def test_a_server_without_word_times_is_asked_for_segments(line: Line) -> None:
    line.granular, line.answer = False, VLLM
    (heard,) = Server(settings(line)).transcribe([clip()])
    assert "".join(word.text for word in heard.words) == "您好请讲"
    assert "timestamp_granularities[]" not in line.asked[-1]
    assert line.asked[-1]["response_format"] == ["verbose_json"]


def test_a_server_without_times_hears_each_clip_alone(line: Line) -> None:
    line.formats, line.answer = ("json",), GPT_4O
    heard = Server(settings(line)).transcribe([clip(10, 2), clip(15, 4)])
    assert sorted(line.seconds[-2:]) == pytest.approx([2, 4], abs=0.01)
    assert [[word.text for word in h.words] for h in heard] == [["您", "好，", "请", "讲。"]] * 2
    assert heard[1].words[0].start == 15
    assert heard[1].words[-1].end < 19
    assert {word.probability for h in heard for word in h.words} == {UNKNOWN_PROBABILITY}


def test_clips_are_packed_and_requests_bounded(line: Line) -> None:
    line.delay = 0.02
    heard = Server(settings(line, server_requests=2)).transcribe([clip(40.0 * index, 16.0) for index in range(4)])
    assert len(heard) == 4
    assert line.most_under_way == 2
    line.seconds.clear()
    Server(settings(line)).transcribe([clip(0), clip(5)])
    assert line.seconds[1] == pytest.approx(4.5, abs=0.01), "both clips and the silence between in one request"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"server_url": ""}, "needs asr.server_url"),
        ({"api_key": "other"}, "refuses the key: set asr.api_key"),
        ({"server_url": "http://127.0.0.1:9/v1"}, "cannot be reached .ConnectError.; is it running"),
        ({"model": "whisper-1", "path": "/v2"}, "usually ends in /v1"),
    ],
)
def test_a_wrong_setting_is_told_at_once(wrong: dict[str, str], says: str, line: Line) -> None:
    if path := wrong.pop("path", ""):
        wrong["server_url"] = line.url.replace("/v1", path)
    with pytest.raises(EngineError, match=says) as caught:
        Server(settings(line, **wrong))
    assert KEY not in str(caught.value)
    assert "说了什么" not in str(caught.value)


@pytest.mark.parametrize(
    "status",
    [
        (429, {"Retry-After": "0.01"}),
        (429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        (429, {}),
        (500, {}),
        (503, {}),
    ],
)
def test_a_busy_server_is_asked_again(status: tuple[int, dict[str, str]], line: Line) -> None:
    engine = Server(settings(line))
    line.statuses = [status, status]
    (heard,) = engine.transcribe([clip()])
    assert heard.words


def test_waiting_has_an_end(line: Line) -> None:
    engine = Server(settings(line))
    line.statuses = [(429, {})] * 3
    with pytest.raises(EngineError, match="asr.server_requests"):
        engine.transcribe([clip()])


@pytest.mark.parametrize("status", [400, 413, 415, 422, 500])
def test_a_sound_that_the_server_cannot_hear_is_that_recording_s_fault(status: int, line: Line) -> None:
    engine = Server(settings(line))
    line.statuses = [(status, {})] * 3
    with pytest.raises(NotTranscribed) as caught:
        engine.transcribe([clip()])
    assert str(caught.value) == f"answers with status {status}"
    line.statuses = []
    assert engine.transcribe([clip()])[0].words, "the next recording is heard"


def test_a_server_that_goes_away_is_not_the_recording_s_fault(line: Line) -> None:
    engine = Server(settings(line))
    line.formats = ()
    with pytest.raises(EngineError, match="status 400"):
        engine.transcribe([clip()])


@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b"[]", b'{"error": "no"}', b""])
def test_garbage_is_no_transcription(body: bytes, line: Line) -> None:
    engine = Server(settings(line))
    line.body = body
    with pytest.raises(NotTranscribed, match="no transcription"):
        engine.transcribe([clip()])


def test_a_slow_server_is_given_up(line: Line) -> None:
    engine = Server(settings(line, server_timeout=0.1))
    line.delay = 0.3
    with pytest.raises(NotTranscribed, match="asr.server_timeout"):
        engine.transcribe([clip()])


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("2", 2), ("1.5", 1.5), ("86400", module.LONGEST_WAIT), ("", 0), ("soon", 0),
     ("Wed, 21 Oct 2099 07:28:00 GMT", module.LONGEST_WAIT),
     ("Wed, 21 Oct 2015 07:28:00 GMT", 0)],
)  # fmt: skip
def test_retry_after(value: str, seconds: float) -> None:
    assert retry_after(value, module.LONGEST_WAIT) == seconds


def test_the_key_of_the_transcripts_knows_the_model_and_no_secret() -> None:
    settings_of_server = AsrSettings(engine="server", model="whisper-1", server_url="http://a/v1", api_key=KEY)
    assert describe_engine(settings_of_server) == describe_engine(
        settings_of_server.model_copy(update={"server_url": "http://b/v1"})
    )
    assert KEY not in repr(settings_of_server) + str(describe_engine(settings_of_server))
    assert describe_engine(settings_of_server) != describe_engine(
        settings_of_server.model_copy(update={"model": "large-v3"})
    )


@pytest.mark.parametrize(
    "url", ["localhost:8000", "http://user:password@host/v1", "http://host/v1?key=x", "ftp://host/v1"]
)
def test_an_address_that_is_none_or_holds_secrets_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="server_url"):
        AsrSettings(server_url=url)
