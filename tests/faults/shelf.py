"""Storages that recordings are fetched from, over HTTP and as S3, and that can be told to misbehave."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "recordings"
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}
OF_THE_CONNECTION = {"connection", "date", "server", "transfer-encoding"}


class Answer(NamedTuple):
    """What the storage would say."""

    status: int
    headers: Mapping[str, str]
    content: bytes


Answers = Callable[[BaseHTTPRequestHandler], Answer]
Misbehaves = Callable[[BaseHTTPRequestHandler, Answer], bool]
"""Given a request and its true answer; whether it has given another one."""


class Shelf:
    """Gives true answers. ``misbehave`` is asked first, about each."""

    def __init__(self, answers: Answers) -> None:
        self.misbehave: Misbehaves = fine
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                answer = answers(self)
                if not shelf.misbehave(self, answer):
                    send(self, answer, answer.content)

            do_HEAD = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


def send(request: BaseHTTPRequestHandler, promised: Answer, content: bytes) -> None:
    request.send_response(promised.status)
    for name, value in promised.headers.items():
        request.send_header(name, value)
    request.end_headers()
    if request.command == "GET":
        request.wfile.write(content)


def fine(_request: BaseHTTPRequestHandler, _answer: Answer) -> bool:
    return False


def broken(request: BaseHTTPRequestHandler, _answer: Answer) -> bool:
    request.send_error(500)
    return True


def slow(_request: BaseHTTPRequestHandler, _answer: Answer) -> bool:
    time.sleep(0.2)
    return False


def truncated(request: BaseHTTPRequestHandler, answer: Answer) -> bool:
    """The connection ends in the middle of the file."""
    send(request, answer, answer.content[: len(answer.content) // 2])
    request.close_connection = True
    return True


def gone(request: BaseHTTPRequestHandler, _answer: Answer) -> bool:
    """The connection ends before there is an answer."""
    request.close_connection = True
    return True


class Often:
    """Misbehaves at every third request."""

    def __init__(self, way: Misbehaves) -> None:
        self.way, self.n = way, 0

    def __call__(self, request: BaseHTTPRequestHandler, answer: Answer) -> bool:
        self.n += 1
        return self.n % 3 == 0 and self.way(request, answer)


@contextmanager
def shelf(answers: Answers) -> Iterator[Shelf]:
    made = Shelf(answers)
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        thread.join()
        made.server.server_close()


@contextmanager
def over_http(folder: Path) -> Iterator[Shelf]:
    """Serves the files of the folder."""

    def answer(request: BaseHTTPRequestHandler) -> Answer:
        path = folder / request.path.lstrip("/")
        if not path.is_file():
            return Answer(404, {"Content-Length": "0"}, b"")
        content = path.read_bytes()
        return Answer(200, {"Content-Length": str(len(content)), "ETag": f'"{hash(content)}"'}, content)

    with shelf(answer) as made:
        yield made


@contextmanager
def as_s3(folder: Path) -> Iterator[Shelf]:
    """An object store with the files of the folder in a bucket; what it answers passes through the shelf."""
    store = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    store.start()
    host, port = store.get_host_and_port()

    def answer(request: BaseHTTPRequestHandler) -> Answer:
        connection = HTTPConnection(host, port)
        connection.request(request.command, request.path, headers=dict(request.headers))
        found = connection.getresponse()
        content = found.read()
        connection.close()
        headers = {name: value for name, value in found.getheaders() if name.lower() not in OF_THE_CONNECTION}
        return Answer(found.status, {"Content-Length": str(len(content)), **headers}, content)

    try:
        _upload(f"http://{host}:{port}", folder)
        with shelf(answer) as made:
            yield made
    finally:
        store.stop()


def _upload(endpoint: str, folder: Path) -> None:
    keys = {name.lower(): value for name, value in KEYS.items() if "KEY" in name}
    client = boto3.client("s3", endpoint_url=endpoint, region_name=KEYS["AWS_DEFAULT_REGION"], **keys)
    client.create_bucket(Bucket=BUCKET)
    for file in folder.iterdir():
        client.upload_file(str(file), BUCKET, file.name)
