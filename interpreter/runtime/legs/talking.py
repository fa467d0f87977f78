"""Who of a call's legs hears whom, in the engine: a mix of its own for each talk, and the talk's recording with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from interpreter.rtp._engine import Engine
from interpreter.rtp.events import MixId
from interpreter.runtime.legs.leg import Leg


class Talking:
    """One talk, from its first ``connect`` to ``end``. Raises MediaError where the engine has no room."""

    __slots__ = ("_engine", "_legs", "mix")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._legs: list[Leg] = []
        self.mix: MixId = engine.open_mix()

    def connect(self, legs: Sequence[Leg], beside: Mapping[Leg, Leg | None]) -> None:
        """These hear each other from now on, and those beside hear them; whoever is not named hears nobody.

        beside: to whom each of them whispers, if to anybody.
        """
        for leg in self._legs:
            leg.partner = None
            if leg not in legs and leg not in beside:
                leg.media.leave()
        self._legs = [*legs, *beside]
        for leg in legs:
            leg.player.stop()
            leg.media.join(self.mix)
        for leg, other in beside.items():
            leg.player.stop()
            leg.media.join(self.mix, speaks=False, whispers_to=other.media if other is not None else None)
        if len(legs) == 2:
            legs[0].partner, legs[1].partner = legs[1], legs[0]

    def give_away(self, leg: Leg) -> None:
        """A leg goes into another call's talk."""
        if leg in self._legs:
            self.connect([other for other in self._legs if other is not leg], {})

    def end(self) -> None:
        """Nobody hears anybody any more."""
        self.connect((), {})
        self._engine.close_mix(self.mix)
