"""What a leg tells its owner and does to its dialog, whichever side invited."""

from __future__ import annotations

from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from interpreter.machine.effects import Target
from interpreter.runtime.legs.incoming import IncomingLeg
from interpreter.runtime.legs.leg import Leg
from interpreter.runtime.legs.talking import Talking
from interpreter.runtime.limiter import Party
from interpreter.sdp import NotAcceptable
from interpreter.sip.events import AckReceived, CallEnded, DigitReceived, Probed

HANDLE = 7
WHO = Target("extension", "801")


def made(incoming: bool, number: int = 0) -> SimpleNamespace:
    """A leg that is answered, with everybody around it played."""
    driver = SimpleNamespace(owners={}, now=0.0, ua=Mock())
    host = Mock(driver=driver, when_kept=lambda told: told(True))
    host.loop.time.return_value = 0.0
    owner, media = Mock(id="call", party=Party("t", "call", "call")), Mock()
    media.takes_events = False
    leg = IncomingLeg(number, WHO, owner, host, HANDLE, media, b"sdp") if incoming else Leg(
        number, WHO, owner, host, HANDLE, media
    )  # fmt: skip
    driver.owners[HANDLE] = leg
    leg.answer()
    return SimpleNamespace(leg=leg, owner=owner, media=media, driver=driver, host=host, calls=driver.ua.calls)


def key(digit: str) -> DigitReceived:
    return DigitReceived(call=HANDLE, digit=digit, duration_s=0.1)


@pytest.fixture(params=[True, False], ids=["called in", "called by us"])
def ours(request):
    return made(request.param)


@pytest.mark.parametrize(
    ("cause", "told"), [("bye", "hung_up"), ("ack_timeout", "no_ack"), ("timeout", "lost"), ("gone", "lost")]
)
def test_a_dialog_that_is_over_is_told_once_with_its_cause(ours, cause, told):
    ours.leg.on_sip(CallEnded(call=HANDLE, cause=cause))
    ours.owner.left.assert_called_once_with(ours.leg, told)
    ours.leg.hang_up()
    ours.owner.left.assert_called_once()
    ours.calls.hang_up.assert_not_called()
    ours.host.media.detach.assert_called_once_with(ours.media)


def test_a_far_end_without_a_sign_of_life_is_hung_up_and_told(ours):
    ours.media.gave_sign.return_value = False
    ours.leg.on_sip(Probed(call=HANDLE, status=408))
    ours.calls.hang_up.assert_called_once_with(HANDLE, 0.0)
    ours.owner.left.assert_called_once_with(ours.leg, "lost")


@pytest.mark.parametrize("agreed", [True, False])
def test_an_answer_of_no_use_ends_only_what_never_had_one(ours, agreed):
    ours.media.agreed = agreed
    ours.media.accept.side_effect = NotAcceptable("no codec of ours")
    ours.leg.on_sip(AckReceived(call=HANDLE, sdp=b"v=0", knows_tag=True))
    assert [args.args for args in ours.owner.left.call_args_list] == ([] if agreed else [(ours.leg, "error")])


def test_keys_reach_owner_and_partner_until_the_two_are_parted(ours):
    other = made(incoming=False, number=2)
    talking = Talking(Mock())
    talking.connect([ours.leg, other.leg], {})
    for leg in (ours.leg, other.leg):
        leg.on_sip(key("5"))
    talking.end()
    for leg in (ours.leg, other.leg):
        leg.on_sip(key("6"))
    for one in (ours, other):
        assert [call.args[1] for call in one.owner.pressed.call_args_list] == ["5", "6"]
        assert [call.args[1] for call in one.calls.send_digit.call_args_list] == ["5"]


def test_nothing_is_told_of_a_leg_that_was_let_go(ours):
    ours.leg.end(480, after_prompt=True)
    assert ours.driver.owners, "its last syllable is still being heard"
    ours.leg.on_sip(key("5"))
    ours.leg.on_sip(CallEnded(call=HANDLE, cause="bye"))
    ours.owner.pressed.assert_not_called()
    ours.owner.left.assert_not_called()
