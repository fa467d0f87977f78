"""What counts as unwell: silence that lasts, and what the runtime says of itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from zongji.health import SILENT, Watch, complaint_of, page_complaint, runtime_complaint


def verdict_of(answers: list[str | None], misses: int) -> tuple[str | None, int]:
    """The verdict after these answers, and how many of them it took."""
    asked = iter(answers)
    watch = Watch(lambda: next(asked), every=0.0, misses=misses)
    watch.run()
    return watch.verdict, len(answers) - len(list(asked))


def test_silence_counts_only_in_a_row() -> None:
    answers = [SILENT, SILENT, None, SILENT, SILENT, SILENT, None]
    assert verdict_of(answers, 3) == (SILENT, 6)


def test_what_the_process_says_of_itself_counts_at_once() -> None:
    assert verdict_of([None, "unwell.journal", None], 3) == ("unwell.journal", 2)


def test_a_watch_that_was_stopped_asks_no_more() -> None:
    watch = Watch(lambda: pytest.fail("asked"), every=0.0)
    watch.stop()
    watch.run()
    assert watch.verdict is None


@pytest.mark.parametrize(
    ("health", "complaint"),
    [
        ({"threads": {"journal": "ok", "mover": "ok"}, "calls": 3}, None),
        ({"threads": {"journal": "dead", "mover": "ok"}, "calls": 3}, "unwell.journal"),
        ({"threads": {"media": "dead"}, "calls": 3}, "unwell.media"),
        *(({"threads": {name: "dead"}, "calls": 3}, None) for name in ("mover", "recorder", "names")),
        *(({"threads": {name: "dead"}, "calls": 0}, f"unwell.{name}") for name in ("mover", "recorder", "names")),
        ({"threads": {"mover": "dead", "media": "dead"}, "calls": 3}, "unwell.media"),
        ({"journal": "failing", "threads": {"journal": "ok"}, "calls": 0}, None),
        ({}, None),
    ],
)
def test_what_a_new_start_mends(health, complaint) -> None:
    assert complaint_of(health) == complaint


@contextmanager
def listening(listener: socket.socket, answer: bytes | None) -> Iterator[None]:
    """Takes one connection and answers it, or says nothing at all."""
    over = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            if answer is not None:
                connection.recv(65536)
                connection.sendall(answer)
            else:
                over.wait(20)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(20)
        listener.close()


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (b"HTTP/1.1 200 OK\r\nZongji-Instance: mine\r\nContent-Length: 2\r\n\r\n{}", None),
        (b"HTTP/1.1 503 Down\r\nZongji-Instance: mine\r\nContent-Length: 2\r\n\r\n{}", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", SILENT),
        (b"HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n{}", SILENT),
        (b"HTTP/1.1 200 OK\r\nZongji-Instance: another\r\nContent-Length: 2\r\n\r\n{}", SILENT),
        (b"what?\r\n", SILENT),
        (None, SILENT),
    ],
)
def test_the_page(answer, complaint, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    listener = socket.create_server(("127.0.0.1", 0))
    with listening(listener, answer):
        assert page_complaint(listener.getsockname(), "mine", 20.0 if answer else 0.1) == complaint


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (b'{"id":1,"result":{"threads":{"journal":"ok"},"calls":0}}\n', None),
        (b'{"id":1,"result":{"threads":{"journal":"dead"},"calls":0}}\n', "unwell.journal"),
        (b'{"id":1,"error":{"code":"internal","message":""}}\n', SILENT),
        (b"rubbish\n", SILENT),
        (None, SILENT),
    ],
)
def test_the_runtime(tmp_path, answer, complaint) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "control.sock"))
    listener.listen()
    with listening(listener, answer):
        assert runtime_complaint(tmp_path, 20.0 if answer else 0.1) == complaint


def test_no_runtime_at_all(tmp_path) -> None:
    assert runtime_complaint(tmp_path, 1.0) == SILENT
