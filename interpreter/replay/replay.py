"""A kept call's inputs through a session like its own; sans-IO.

By the programs that the call ran it does what it did then, moment by moment: nodes, exits, attempts in vain, prompts,
legs that are rung, cancelled, let go and connected, and the end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interpreter.calls.deeds import deeds
from interpreter.calls.given import NoReplay, session_of
from interpreter.calls.inputs import Input
from interpreter.machine.program import Program
from interpreter.replay.kept import KeptCall, Moment, Undecided


@dataclass(frozen=True, slots=True)
class Difference:
    """The first moment at which a replay did otherwise. n: its place among the inputs. at: UNIX seconds."""

    n: int
    at: float
    event: Input
    did: Sequence[Sequence[Any]]
    does: Sequence[Sequence[Any]]

    def __str__(self) -> str:
        return f"input {self.n}, {self.event} at {self.at:.3f}: did {list(self.did)}, does {list(self.does)}"


def replay(call: KeptCall, programs: Mapping[str, Program]) -> Sequence[Moment] | Undecided:
    """What the call does by its inputs. programs: by their digests; ``program`` where one is missing."""
    try:
        session = session_of(call.given, call.id, programs)
        offset = call.given["offset"]
    except NoReplay as error:
        return error.why
    except (LookupError, TypeError, ValueError):
        return "damaged"
    return [
        Moment(moment.at, moment.event, _plain(deeds(session.handle(moment.event, moment.at + offset))))
        for moment in call.moments
    ]


def first_difference(call: KeptCall, replayed: Sequence[Moment]) -> Difference | None:
    """None where it went as it did."""
    for n, (then, now) in enumerate(zip(call.moments, replayed, strict=True)):
        if then.deeds != now.deeds:
            return Difference(n, then.at, then.event, then.deeds, now.deeds)
    return None


def _plain(done: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """As what was kept has come back from JSON."""
    plain: Sequence[Sequence[Any]] = json.loads(json.dumps(done))
    return plain
