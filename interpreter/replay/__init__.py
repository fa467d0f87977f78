"""Real calls once more: the inputs of a call go through a session like its own, and what both did is compared."""

from interpreter.replay.kept import KeptCall, Moment, read
from interpreter.replay.replay import Difference, first_difference, replay

__all__ = ["Difference", "KeptCall", "Moment", "first_difference", "read", "replay"]
