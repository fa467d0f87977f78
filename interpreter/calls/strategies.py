"""The order in which targets are rung: waves, one after the other, each wave's targets together.

Strategies only differ in the waves they make of the targets (random and weighted order the single ones, idle
first and call memory put some in front), so ``Dialing`` knows nothing of strategies.
"""

from __future__ import annotations

from interpreter.machine.effects import Dial, Target

Wave = tuple[Target, ...]


def ring_plan(dial: Dial) -> tuple[Wave, ...]:
    """The waves of a dial, never with an empty wave; no waves where there are no targets."""
    targets = dial.targets
    if dial.strategy == "simultaneous" or len(targets) == 1:
        return (targets,) if targets else ()
    return tuple((target,) for target in targets)
