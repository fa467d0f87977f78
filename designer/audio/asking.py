"""What an engine asks of its worker (``designer.workers``), and how it is told when that fails."""

from __future__ import annotations

import json
from collections.abc import Mapping

from designer.audio.errors import SpeakerBusy, SpeechFailed
from designer.workers import Budget, Busy, Crashed, TooHungry, TookTooLong, WorkerPool


class SpeechWorker:
    """One process that speaks; started by a job, ended when idle. Two for one machine would be too much memory."""

    def __init__(self, module: str, budget: Budget) -> None:
        self._pool = WorkerPool(module, budget, size=1)

    def ask(self, job: Mapping[str, object], *, attempts: int = 1) -> bytes:
        """The answer to a job. Raises SpeechFailed, SpeakerBusy.

        attempts: a worker that ends meanwhile, as the kernel may wish, is followed by so many others less one.
        """
        for left in reversed(range(attempts)):
            try:
                return self._pool.ask(json.dumps(job).encode())
            except Busy:
                raise SpeakerBusy from None
            except TookTooLong:
                raise SpeechFailed(_LATE) from None
            except TooHungry:
                raise SpeechFailed(_HUNGRY) from None
            except Crashed as error:
                if not left:
                    raise SpeechFailed(_ENDED, str(error)) from None
        raise AssertionError("no attempt")

    def stop(self) -> None:
        """The next job gets a new process."""
        self._pool.close()


_LATE = ("语音引擎没有及时应答", "the engine gave no answer in time")
_HUNGRY = ("语音引擎需要过多内存", "the engine needs too much memory")
_ENDED = ("语音引擎意外退出", "the engine ended")
