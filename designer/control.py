"""Requests to the runtime over its control socket; one short connection each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from designer.errors import ApiError
from interpreter.control.client import ControlClient, ControlError, RuntimeUnreachable

TIMEOUT_SECONDS = 2.0

Result = dict[str, object]


def ask(control_socket: Path, method: str, params: Mapping[str, object] | None = None) -> Result:
    """The runtime's answer; 503 ``runtime_down`` when there is none. Raises ControlError where it refuses."""
    try:
        with ControlClient(control_socket, timeout=TIMEOUT_SECONDS) as control:
            return control.call(method, params)
    except RuntimeUnreachable as error:
        raise ApiError(503, "runtime_down", headers={"Retry-After": "2"}) from error


def ask_or_none(control_socket: Path, method: str, params: Mapping[str, object] | None = None) -> Result | None:
    """The runtime's answer; None when there is none, for what is shown without it too."""
    try:
        return ask(control_socket, method, params)
    except (ApiError, ControlError):
        return None
