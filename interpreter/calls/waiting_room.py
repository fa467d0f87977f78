"""The queues of a tenant, as calls ask for them: the service ``queue`` (see ``machine.operations.queueing``).

Sans-IO, the same for all drivers. A driver hands in what calls ask and take back; after that, whenever a member may
have become free or gone, and at ``next_at`` it calls ``answers`` and tells the calls what is said there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from interpreter.calls.queue import Group, Members, Queue
from interpreter.machine.effects import Data


class Answer(NamedTuple):
    """What to tell whoever asked question ``key``, which is closed by that."""

    key: Hashable
    kind: str
    data: Data


@dataclass(frozen=True, slots=True)
class _Asked:
    call: str
    want: str
    queue: Queue


class WaitingRoom:
    """groups: a group by its name, None where there is none (any more): then nobody is there."""

    __slots__ = ("_asked", "_groups", "_members", "_queues", "_ready", "_rng", "_taken")

    def __init__(self, groups: Callable[[str], Group | None], members: Members, rng: Random) -> None:
        self._groups = groups
        self._members = members
        self._rng = rng
        self._taken: set[str] = set()
        self._queues: dict[str, Queue] = {}
        self._asked: dict[Hashable, _Asked] = {}
        self._ready: list[Answer] = []

    @property
    def empty(self) -> bool:
        """No question is open."""
        return not self._asked

    def ask(self, key: Hashable, call: str, data: Data, now: float) -> None:
        """A question of a call. key: names it, for its answer and for ``take_back``.

        Questions of a call that does not wait there stay open: its ``stay`` has an answer, which ends them all.
        Raises ValueError for what is no question to a queue.
        """
        group, want = data.get("group"), data.get("want")
        if not isinstance(group, str) or want not in ("stay", "turn", "place"):
            raise ValueError(f"no question to a queue: {data}")
        queue = self._queue(group)
        self._asked[key] = _Asked(call, want, queue)
        if want == "stay":
            most = data.get("most")
            outcome = queue.join(call, most if isinstance(most, int) else 0, now)
            if outcome != "waits":
                self._ready.append(Answer(key, outcome, {}))
        elif want == "turn":
            queue.turn(call, now, missed=bool(data.get("missed")))
        elif (ahead := queue.ahead(call)) is not None:
            self._ready.append(Answer(key, "place", {"ahead": ahead}))

    def take_back(self, key: Hashable) -> None:
        """Nobody waits for the answer any more. Who takes ``stay`` back has left."""
        asked = self._asked.pop(key, None)
        if asked is not None and asked.want == "stay":
            asked.queue.leave(asked.call)

    def answers(self, now: float) -> list[Answer]:
        """What is to be said now, each once; offers first, for whoever gets one need not hear of his place."""
        asked, self._ready = self._ready, []
        for name, queue in self._queues.items():
            queue.group = self._groups(name) or Group(name)
            for call in queue.abandoned(now):
                self._answer(queue, call, "stay", "nobody", {})
        self._offer(now)
        said = [answer for answer in (*self._ready, *asked) if answer.key in self._asked]
        self._ready = []
        for answer in said:
            del self._asked[answer.key]
        return said

    def next_at(self, now: float) -> float | None:
        """When to ask for ``answers`` again though nothing happens; None where there is no need."""
        times = [at for queue in self._queues.values() if (at := queue.next_at(now)) is not None]
        return min(times, default=None)

    def _queue(self, group: str) -> Queue:
        queue = self._queues.get(group)
        if queue is None:
            found = self._groups(group) or Group(group)
            queue = self._queues[group] = Queue(found, self._members, self._taken, self._rng)
        return queue

    def _offer(self, now: float) -> None:
        """Whoever is free to those who have waited longest, in whichever queue."""
        waiting = [queue for queue in self._queues.values() if queue.wanted_since is not None]
        while waiting:
            queue = min(waiting, key=_wanted_since)
            offer = queue.offer(now)
            if offer is not None:
                self._answer(queue, offer.call, "turn", "offer", {"members": list(offer.members)})
            if offer is None or queue.wanted_since is None:
                waiting.remove(queue)

    def _answer(self, queue: Queue, call: str, want: str, kind: str, data: Data) -> None:
        for key, asked in self._asked.items():
            if asked.queue is queue and asked.call == call and asked.want == want:
                self._ready.append(Answer(key, kind, data))
                return


def _wanted_since(queue: Queue) -> float:
    since = queue.wanted_since
    return float("inf") if since is None else since
