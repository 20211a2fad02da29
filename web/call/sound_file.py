"""A sound file as a browser seeks in it. What is encrypted is opened part by part, and lies nowhere in the clear."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from services.listening.sounds import Sound

How = Literal["inline", "attachment"]
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
PIECE = 65_536


def sound_response(request: Request, sound: Sound, name: str, how: How) -> Response:
    """The sound, or the part that is asked for."""
    if sound.keys is None:
        return FileResponse(sound.wav, media_type="audio/wav", filename=name, content_disposition_type=how)
    state, size = sound.wav.stat(), sound.size()
    tag = f'"{state.st_mtime_ns:x}-{size:x}"'
    headers = {
        "accept-ranges": "bytes",
        "etag": tag,
        "content-disposition": f'{how}; filename="{name}"',
    }
    asked = request.headers.get("range", "") if request.headers.get("if-range", tag) == tag else ""
    part = _part(asked, size)
    if part is None:
        return Response(status_code=416, headers=headers | {"content-range": f"bytes */{size}"})
    start, end = part
    headers["content-length"] = str(end - start)
    status = 206 if end - start < size or RANGE.fullmatch(asked) else 200
    if status == 206:
        headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(_pieces(sound, sound.wav, start, end), status, headers, "audio/wav")


def peaks_response(sound: Sound) -> Response:
    """The waveform."""
    if sound.keys is None:
        return FileResponse(sound.peaks, media_type="application/json")
    with sound.open(sound.peaks) as file:
        return Response(file.read(), media_type="application/json")


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """(first byte, one past the last); all of it for no part and for several, ``None`` for a part beyond its end."""
    match = RANGE.fullmatch(asked)
    if match is None or match[0] == "bytes=-":
        return 0, size
    first, last = match.groups()
    if not first:
        return (max(size - int(last), 0), size) if int(last) else None
    start, end = int(first), min(int(last) + 1, size) if last else size
    return (start, end) if start < end else None


def _pieces(sound: Sound, path: Path, start: int, end: int) -> Iterator[bytes]:
    with sound.open(path) as file:
        file.seek(start)
        while start < end and (piece := file.read(min(PIECE, end - start))):
            start += len(piece)
            yield piece
