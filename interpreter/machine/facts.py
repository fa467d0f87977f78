"""What is known of a call when it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Facts:
    """The given side of a call; expressions read these as ``call.caller`` and so on.

    caller, called: numbers as text, E.164 digits without ``+`` where known, an extension's number inside.
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
