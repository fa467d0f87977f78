"""``zongji bench serve``: a runtime without a page, whose numbers (``bench.prepare``) do what the load scenarios want.

Journal, database and records as always. Callers from 127.0.0.1 need no password.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from interpreter.runtime.errors import StartError
from interpreter.runtime.main import run
from interpreter.runtime.memory import ENVIRONMENT
from interpreter.runtime.settings import Limits, RuntimeSettings, Share, SipListen
from interpreter.system_errors import why


def serve_bench(sip: str, data: Path, locale: str) -> int:
    """Prepare ``data`` where that has not happened yet and serve until SIGTERM; the exit status.

    locale: of what is said where it cannot start.
    """
    _start_as_serve_does()
    url = f"sqlite:///{data.resolve() / 'zongji.db'}"
    try:
        listen = SipListen.parse(sip)
        _make_folder(data, locale)
    except StartError as error:
        print(error.message(locale), file=sys.stderr)
        return error.status
    prepared = subprocess.run([sys.executable, "-m", "bench.prepare", data, url, locale])  # what it needs is not ours
    if prepared.returncode:
        return prepared.returncode
    limits = Limits(max_calls=6000, max_invites_per_second=2000.0, trunk=Share(0, 0.0))
    return run(
        RuntimeSettings(
            data=data,
            database_url=url,
            sip=(listen,),
            limits=limits,
            trusted=("127.0.0.0/8",),
            rtp_timeout_seconds=600.0,  # the load's callers listen without sending
            log_level="WARNING",
            locale=locale,
        )
    )


def _start_as_serve_does() -> None:
    """Run this very command line again with the environment that ``zongji serve`` gives to a runtime; keeps the pid."""
    environment = ENVIRONMENT | dict(os.environ)
    if environment != os.environ:
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)


def _make_folder(data: Path, locale: str) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError("data_folder", data=data, detail=why(error)[locale]) from error
