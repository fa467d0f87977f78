"""Several things that are each to be done whatever becomes of the others, as at the end of a call."""

from __future__ import annotations

from collections.abc import Callable

Deed = Callable[[], object]


def do_all(*deeds: Deed) -> None:
    """Do them in their order. Raises what the last of those raised that did, once all have been tried."""
    left = iter(deeds)
    try:
        for deed in left:
            deed()
    except BaseException:
        do_all(*left)
        raise
