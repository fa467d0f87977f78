"""What is known of a call when it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from numbering.plan import at_home


@dataclass(frozen=True, slots=True)
class Facts:
    """The given side of a call; expressions read these as ``call.caller`` and so on.

    caller, called: numbers as people at home write them (``numbering.plan.at_home``), so that
    ``starts_with(call.caller, "010")`` means what it says; see ``facts_of``.
    timezone: IANA name in which the flow's hours are judged.
    extension_length: fixed length of the tenant's extensions, None where they differ.
    inputs: values for declared variables of the flow, replacing their initial values.
    """

    call_id: str
    caller: str
    called: str
    timezone: str = "Asia/Shanghai"
    extension_length: int | None = None
    inputs: Mapping[str, str | int | float | bool] = field(default_factory=dict)


def facts_of(
    call_id: str, *, caller: str, called: str, timezone: str = "Asia/Shanghai", extension_length: int | None = None
) -> Facts:
    """The facts of a call as it came in, for every driver: ``caller`` and ``called`` however INVITE or scenario
    write them. What is no number (``anonymous``) stays as it is.
    """
    return Facts(call_id, at_home(caller), at_home(called), timezone, extension_length)
