"""The order in which targets are rung.

A dial rings waves, one after the other, each wave's targets together; so ``Dialing`` knows nothing of strategies. A
queue picks one of those who are idle for each caller, or has all of them rung.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Literal

from interpreter.machine.effects import Dial, Target

Wave = tuple[Target, ...]

Strategy = Literal["sequential", "simultaneous", "random", "weighted", "round_robin", "longest_idle"]


def ring_plan(dial: Dial) -> tuple[Wave, ...]:
    """The waves of a dial, never with an empty wave; no waves where there are no targets."""
    targets = dial.targets
    if dial.strategy == "simultaneous" or len(targets) == 1:
        return (targets,) if targets else ()
    return tuple((target,) for target in targets)


def picked(
    idle: Sequence[str],
    strategy: Strategy,
    *,
    last: str,
    weights: Mapping[str, float],
    idle_since: Callable[[str], float],
    rng: Random,
) -> tuple[str, ...]:
    """Whom of those who are idle (in the order of their group, at least one) a caller is given to.

    last: who was given the caller before, for ``round_robin``: the next after them in the group's order, which
    ``weights`` has with all members in it. weights: somebody of weight 0 has a turn only where nobody else is idle.
    idle_since: UNIX seconds.
    """
    match strategy:
        case "simultaneous":
            return tuple(idle)
        case "random":
            return (rng.choice(idle),)
        case "weighted":
            shares = [weights.get(member, 1.0) for member in idle]
            return tuple(rng.choices(idle, shares)) if any(shares) else (rng.choice(idle),)
        case "round_robin":
            group = list(weights)
            after = group.index(last) + 1 if last in weights else 0
            order = group[after:] + group[:after]
            return (min(idle, key=order.index),)
        case "longest_idle":
            return (min(idle, key=idle_since),)
        case _:
            return (idle[0],)
