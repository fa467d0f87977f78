"""No process of ``serve`` outlives its supervisor, whatever ends that one.

Asked for by the child: code between fork and exec would run in a copy of a process with threads (a ``preexec_fn``).
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Mapping

SUPERVISOR = "ZONGJI_SUPERVISOR"
"""The variable that tells a child its supervisor's process id."""

_PR_SET_PDEATHSIG = 1


def end_with_supervisor(environment: Mapping[str, str] = os.environ) -> None:
    """Have the kernel end this process by SIGTERM when its supervisor ends, or end it now where that is over.

    Started by hand, without a supervisor, it lives on its own.
    """
    supervisor = environment.get(SUPERVISOR)
    if supervisor is None:
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(supervisor):  # it ended before we could ask
        os.kill(os.getpid(), signal.SIGTERM)
