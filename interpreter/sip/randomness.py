"""Where tags, branches and nonces come from."""

from typing import Protocol


class Randomness(Protocol):
    """What is needed of random.Random: SystemRandom in production, a seeded Random in tests."""

    def getrandbits(self, k: int, /) -> int: ...
