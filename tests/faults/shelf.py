"""A storage that recordings are fetched from over HTTP, and that can be told to misbehave."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Misbehaves = Callable[[BaseHTTPRequestHandler, bytes], bool]
"""Given a request and the file asked for; whether it has answered."""


class Shelf:
    """Serves the files of ``folder``. ``misbehave`` is asked first, about each request."""

    def __init__(self, folder: Path) -> None:
        self.misbehave: Misbehaves = fine
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = folder / self.path.lstrip("/")
                if not path.is_file():
                    return self.send_error(404)
                content = path.read_bytes()
                if not shelf.misbehave(self, content):
                    send(self, content, content)
                return None

            do_HEAD = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


def send(request: BaseHTTPRequestHandler, promised: bytes, content: bytes) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(len(promised)))
    request.send_header("ETag", f'"{hash(promised)}"')
    request.end_headers()
    if request.command == "GET":
        request.wfile.write(content)


def fine(_request: BaseHTTPRequestHandler, _content: bytes) -> bool:
    return False


def broken(request: BaseHTTPRequestHandler, _content: bytes) -> bool:
    request.send_error(500)
    return True


def slow(_request: BaseHTTPRequestHandler, _content: bytes) -> bool:
    time.sleep(0.2)
    return False


def truncated(request: BaseHTTPRequestHandler, content: bytes) -> bool:
    """The connection ends in the middle of the file."""
    send(request, content, content[: len(content) // 2])
    request.close_connection = True
    return True


def gone(request: BaseHTTPRequestHandler, _content: bytes) -> bool:
    """The connection ends before there is an answer."""
    request.close_connection = True
    return True


class Often:
    """Misbehaves at every third request."""

    def __init__(self, way: Misbehaves) -> None:
        self.way, self.n = way, 0

    def __call__(self, request: BaseHTTPRequestHandler, content: bytes) -> bool:
        self.n += 1
        return self.n % 3 == 0 and self.way(request, content)


@contextmanager
def shelf_of(folder: Path) -> Iterator[Shelf]:
    shelf = Shelf(folder)
    thread = threading.Thread(target=shelf.server.serve_forever)
    thread.start()
    try:
        yield shelf
    finally:
        shelf.server.shutdown()
        thread.join()
        shelf.server.server_close()
