"""The two processes of a running ``zongji serve``, found to be killed."""

from __future__ import annotations

import os
import time
from pathlib import Path

from support.patience import PATIENCE_SECONDS
from support.server import Zongji


def child(server: Zongji, what: str) -> int:
    """The process id of ``web`` or ``runtime``."""
    parent = server.process.pid
    for thread in Path(f"/proc/{parent}/task").iterdir():
        for pid in (thread / "children").read_text().split():
            if Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[-3:-1] == [b"child", what.encode()]:
                return int(pid)
    raise AssertionError(f"no {what} process: {server.printed()}")


def new_child(server: Zongji, what: str, old: int, seconds: float = PATIENCE_SECONDS) -> int:
    """The one that the supervisor started in place of ``old``."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = child(server, what)
        except (AssertionError, FileNotFoundError):
            found = old
        if found != old:
            return found
        assert time.monotonic() < deadline, server.printed()
        time.sleep(0.02)


def kill(pid: int) -> None:
    """SIGKILL, without a chance to tidy up."""
    os.kill(pid, 9)


def all_output(server: Zongji) -> str:
    """All that the supervisor printed and the processes logged, from the first start on."""
    logs = [path.read_text(errors="replace") for path in server.data.glob("log/*.log")]
    return "\n".join([server.printed(), *logs])
