"""What is known of a call when it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from numbering.plan import at_home
from numbering.subscriber import subscriber_number

Days = Mapping[int, bool]
"""Days that a tenant's table tells of: ordinal (``date.toordinal``) -> whether it is worked."""

NO_DAYS: Final[Days] = {}

Switch = Literal["auto", "day", "night"]
"""How a number's day/night switch stands; ``auto``: the calendar and the clock decide."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The given side of a call; expressions read these as ``call.caller`` and so on.

    caller, called: numbers as people at home write them (``numbering.plan.at_home``), so that
    ``starts_with(call.caller, "010")`` means what it says; see ``facts_of``.
    timezone: IANA name in which the flow's hours are judged.
    extension_length: fixed length of the tenant's extensions, None where they differ.
    days: the tenant's own days as they were when the call began. switch: the called number's.
    inputs: values for declared variables of the flow, replacing their initial values.
    """

    call_id: str
    caller: str
    called: str
    timezone: str = "Asia/Shanghai"
    extension_length: int | None = None
    days: Days = field(default_factory=lambda: NO_DAYS)
    switch: Switch = "auto"
    inputs: Mapping[str, str | int | float | bool] = field(default_factory=dict)


def facts_of(
    call_id: str,
    *,
    caller: str,
    called: str,
    timezone: str = "Asia/Shanghai",
    extension_length: int | None = None,
    days: Days = NO_DAYS,
    switch: Switch = "auto",
) -> Facts:
    """The facts of a call as it came in, for every driver: ``caller`` and ``called`` however INVITE or scenario
    write them. What is no number (``anonymous``) stays as it is; a caller who is not named at all is "".
    """
    caller, called = (at_home(subscriber_number(party)) for party in (caller, called))
    return Facts(call_id, caller, called, timezone, extension_length, days, switch)
