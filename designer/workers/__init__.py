"""Work on what strangers send (documents, audio, texts) in processes of their own, with a budget of time and memory.

``WorkerPool`` is our side, ``child`` the process; a kind of work is a module with ``handle(job: bytes) -> bytes``.
"""

from designer.workers.pool import Budget, WorkerPool
from designer.workers.turns import Busy, Turns
from designer.workers.wire import Crashed, Failed, TooHungry, TookTooLong

__all__ = ["Budget", "Busy", "Crashed", "Failed", "TooHungry", "TookTooLong", "Turns", "WorkerPool"]
