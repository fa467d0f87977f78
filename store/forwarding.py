"""How an extension wants to be reached: what may stand in its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from numbering.plan import to_dial
from numbering.reach import is_emergency, outside
from store.errors import BadValue
from store.models import Extension

WHEN = ("always", "busy", "no_answer", "offline")
"""What has to happen at the extension that its calls go elsewhere; do not disturb counts as busy."""

TELEPHONES = ""
"""In the place of a number: the extension's own telephones."""

MOST_DESTINATIONS, MOST_TOGETHER = 5, 3
SHORTEST, LONGEST = 5, 120


@dataclass(frozen=True, slots=True)
class Destination:
    """to: a number in any spelling, or ``TELEPHONES``. together: rings with the one before it.

    accept: whoever answers outside is asked to press 1.
    """

    to: str = TELEPHONES
    together: bool = False
    accept: bool = True


@dataclass(frozen=True, slots=True)
class Forwarding:
    """destinations: in their order; none is its telephones. forwards: when -> a number in any spelling.

    ring_seconds: how long each wave of destinations rings.
    """

    destinations: Sequence[Destination] = ()
    forwards: Mapping[str, str] = field(default_factory=dict)
    do_not_disturb: bool = False
    ring_seconds: int = 20


def forwarding_of(extension: Extension) -> Forwarding:
    return Forwarding(
        [Destination(row["to"], row["together"], row["accept"]) for row in extension.destinations],
        dict(extension.forwards),
        extension.do_not_disturb,
        extension.ring_seconds,
    )


def put_forwarding(extension: Extension, wanted: Forwarding) -> bool:
    """Write it into the row, numbers as they are dialled; whether anything has changed. Raises BadValue."""
    kept = checked(extension.number, wanted)
    if kept == forwarding_of(extension):
        return False
    extension.destinations = [asdict(destination) for destination in kept.destinations]
    extension.forwards = dict(kept.forwards)
    extension.do_not_disturb, extension.ring_seconds = kept.do_not_disturb, kept.ring_seconds
    return True


def checked(own: str, wanted: Forwarding) -> Forwarding:
    """As it is kept. own: the extension's number. Raises BadValue."""
    if not SHORTEST <= wanted.ring_seconds <= LONGEST:
        raise BadValue(
            "ring_seconds", f"振铃时长为 {SHORTEST}–{LONGEST} 秒", f"it rings for {SHORTEST} to {LONGEST} seconds"
        )
    forwards = {}
    for when, number in wanted.forwards.items():
        if when not in WHEN:
            raise BadValue("forwards", f"没有这种转移：{when}", f"no such forward: {when}")
        if number.strip():
            forwards[when] = _number(f"forwards.{when}", number, own)
    destinations = [
        Destination(_number("destinations", row.to, own) if row.to.strip() else TELEPHONES, row.together, row.accept)
        for row in wanted.destinations
    ]
    _check_list(destinations)
    if destinations == [Destination()]:
        destinations = []  # its telephones, as usual
    return Forwarding(destinations, forwards, wanted.do_not_disturb, wanted.ring_seconds)


def _check_list(destinations: Sequence[Destination]) -> None:
    if len(destinations) > MOST_DESTINATIONS:
        raise BadValue(
            "destinations", f"最多 {MOST_DESTINATIONS} 个去向", f"there are {MOST_DESTINATIONS} destinations at most"
        )
    if len({destination.to for destination in destinations}) < len(destinations):
        raise BadValue("destinations", "同一个去向只写一次", "each destination stands in the list once")
    together = 1
    for destination in destinations[1:]:
        together = together + 1 if destination.together else 1
        if together > MOST_TOGETHER:
            raise BadValue(
                "destinations", f"最多 {MOST_TOGETHER} 个同时振铃", f"{MOST_TOGETHER} of them ring together at most"
            )


def _number(field_name: str, text: str, own: str) -> str:
    """As it is dialled. Whether the extension may call it is asked when it does."""
    number = to_dial(text.strip())
    if is_emergency(number):
        raise BadValue(field_name, f"不能转到紧急电话 {number}", f"no call goes to the emergency number {number}")
    if number == own:
        raise BadValue(field_name, "不能转给自己", "an extension does not forward to itself")
    inside = number.isascii() and number.isdigit() and len(number) <= 6
    if not inside and outside(number, "") is None:
        raise BadValue(field_name, f"不是分机号或电话号码：{text}", f"neither an extension nor a number: {text}")
    return number
