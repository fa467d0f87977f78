"""Where a leg changes hands: it leaves its call and goes into another of the same tenant, under a new number there.

For the call that it leaves it has hung up; for the other it has come (``LegCame``). The telephone notices nothing.
"""

from __future__ import annotations

from interpreter.calls.inputs import LegCame, Part
from interpreter.runtime.beginning import Beginning
from interpreter.runtime.call import LED, Call
from interpreter.runtime.legs.leg import Leg


def hand_over(leg: Leg, source: Call, into: Call, part: Part, other: int | None = None) -> None:
    """Take an answered leg out of ``source``. part, other: see ``LegCame``."""
    number = leg.number
    source.give_away(number, into.id)
    into.take_in(leg, source.id)
    into.feed(LegCame(leg.number, leg.target, part, other))
    source.left_without(number)


def lead_on(leg: Leg, source: Call, into: Call, beginning: Beginning) -> None:
    """Take an answered leg out of ``source``, whose session knows that it goes, and let it begin a call of its own."""
    source.give_away(leg.number, into.id)
    leg.owner, leg.number = into, LED
    beginning.enter(into, leg, "")
    into.note({"e": "answered"})
    into.start()


def partner_of(leg: Leg, call: Call) -> Leg | None:
    """The one whom a leg talks with or has put on hold, where it is one."""
    others = [number for number in call.talking_legs if number != leg.number]
    return call.leg(others[0]) if len(others) == 1 else None


def replace_by_partner(call: Call, leg: Leg, other_call: Call, other: Leg) -> bool:
    """An attended transfer: the leg leaves, and whoever its telephone's other leg talks with takes its place.

    Whether that could be done: both are in a talk of two, in calls of one tenant.
    """
    partner = partner_of(other, other_call)
    if partner is None or other_call is call or other_call.tenant_id != call.tenant_id:
        return False
    if partner.number == LED and not partner.answered:
        return False
    leg.tell_transfer(200)
    hand_over(partner, other_call, call, "replaces", leg.number)
    return True
