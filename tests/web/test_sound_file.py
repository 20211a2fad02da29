"""Encrypted sound, part by part: the same answers as for a file in the clear."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from callqa.encryption import Key, Keyring, encrypt
from services.listening.sounds import Sound
from web.call.sound_file import peaks_response, sound_response

SIZE = 150_000
CONTENT = bytes(range(250)) * (SIZE // 250)
KEYS = Keyring((Key(bytes(32)),))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("sounds")
    plain, encrypted = Sound(folder / "a.wav", folder / "a.json"), Sound(folder / "b.wav", folder / "b.json", KEYS)
    for path, content in ((plain.wav, CONTENT), (plain.peaks, b"{}")):
        path.write_bytes(content)
    for path, content in ((encrypted.wav, CONTENT), (encrypted.peaks, b"{}")):
        _encrypt(path, content)

    def answer(sound: Sound, request: Request) -> Response:
        if request.url.path.endswith("peaks"):
            return peaks_response(sound)
        return sound_response(request, sound, "7.wav", "inline")

    routes = [
        Route(f"/{name}{end}", lambda request, sound=sound: answer(sound, request))
        for name, sound in (("plain", plain), ("sealed", encrypted))
        for end in ("", "/peaks")
    ]
    with TestClient(Starlette(routes=routes)) as opened:
        yield opened


def _encrypt(path: Path, content: bytes) -> None:
    with path.open("w+b") as file:
        encrypt(io.BytesIO(content), file, KEYS.keys[0])


PLACES = st.integers(0, SIZE + 10)
RANGES = st.one_of(
    st.just(""),
    st.builds(lambda a, b: f"bytes={min(a, b)}-{max(a, b)}", PLACES, PLACES),
    st.builds("bytes={}-".format, PLACES),
    st.builds("bytes=-{}".format, st.integers(1, SIZE)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RANGES)
def test_any_part_is_what_a_plain_file_gives(client: TestClient, asked: str) -> None:
    headers = {"range": asked} if asked else {}
    plain, sealed = client.get("/plain", headers=headers), client.get("/sealed", headers=headers)
    assert sealed.status_code == plain.status_code
    if plain.status_code != 416:
        assert sealed.content == plain.content
        for name in ("content-range", "content-length", "content-type", "accept-ranges", "content-disposition"):
            assert sealed.headers.get(name) == plain.headers.get(name), name


def test_a_part_of_another_file_is_not_given(client: TestClient) -> None:
    """The browser goes on with a file that was made anew since."""
    tag = client.get("/sealed").headers["etag"]
    again = {"range": "bytes=0-9"}
    assert client.get("/sealed", headers=again | {"if-range": tag}).status_code == 206
    assert client.get("/sealed", headers=again | {"if-range": '"older"'}).content == CONTENT


def test_several_parts_are_all_of_it(client: TestClient) -> None:
    assert client.get("/sealed", headers={"range": "bytes=0-1,5-6"}).content == CONTENT


def test_the_waveform_is_opened(client: TestClient) -> None:
    assert client.get("/sealed/peaks").json() == client.get("/plain/peaks").json() == {}
