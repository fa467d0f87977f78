"""What the exchange of a virtual call's company is told of legs."""

from __future__ import annotations

import pytest

from interpreter.calls.exchange import Exchange
from interpreter.calls.inputs import LegAnswered, LegDiverted, LegFailed, LegHungUp, RingPlan
from interpreter.calls.outputs import HangUpLeg, InviteLeg, LeadOn
from interpreter.machine.effects import Target
from interpreter.simulation.agenda import Agenda
from interpreter.simulation.office import Office

A = Target("extension", "801")


@pytest.mark.parametrize(
    ("answered", "end"),
    [
        (False, LegFailed(1, "busy")),
        (False, LegDiverted(1, RingPlan((), 5.0, {}, ("busy",)))),
        (True, LegHungUp(1)),
        (True, HangUpLeg(1)),
        (True, LeadOn(1, "864001110001")),
    ],
)
def test_who_has_left_is_idle(answered, end):
    exchange = Exchange()
    office = Office(Agenda(), lambda _: True, lambda _: (), exchange)
    office.sees(InviteLeg(1, A))
    assert exchange.state(A) == "ringing"
    if answered:
        office.hears(LegAnswered(1))
        assert exchange.state(A) == "talking"
    (office.sees if isinstance(end, (HangUpLeg, LeadOn)) else office.hears)(end)
    assert exchange.state(A) == "idle"
