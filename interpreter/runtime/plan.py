"""A tenant's numbering plan as the directory of the moment has it: whom its telephones reach, and with what rights."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial

from interpreter.calls.forwarding import redirected, ring_plan
from interpreter.calls.inputs import RingPlan
from interpreter.calls.plan import FULL_NUMBER_DIGITS, NOBODY_OUTSIDE, Reached, reached_by
from interpreter.machine.effects import Target
from interpreter.runtime.directory import Directory
from numbering.plan import normalise_or_keep

digits_of = lru_cache(maxsize=4096)(normalise_or_keep)
"""E.164 digits of what was dialled; bounded, for it is the caller's choice."""


class TenantPlan:
    """``calls.plan.Known``, for calls from inside."""

    __slots__ = ("_directory", "_tenant_id")

    def __init__(self, directory: Directory, tenant_id: str) -> None:
        self._directory = directory
        self._tenant_id = tenant_id

    def has_extension(self, number: str) -> bool:
        return self._directory.extension(self._tenant_id, number) is not None

    def own_number(self, dialled: str) -> str | None:
        """A number of this house; of another tenant's only one that is the same for everybody."""
        number = self._directory.number(digits_of(dialled))
        if number is None:
            return None
        if number.tenant_id != self._tenant_id and len(number.digits) < FULL_NUMBER_DIGITS:
            return None
        return number.digits

    def ring_plan(self, target: Target) -> RingPlan | None:
        """What is rung in place of a target that wants it so; None for all others."""
        called = self._directory.extension(self._tenant_id, target.value) if target.kind == "extension" else None
        if called is None or called.forwarding.usual:
            return None
        return ring_plan(target, called.forwarding, partial(self.reached_by, target.value))

    def redirected(self, target: Target, users: Iterable[str]) -> RingPlan:
        """What is rung in place of an extension whose telephone answered by a 3xx."""
        return redirected(target, users, partial(self.reached_by, target.value))

    def reached_by(self, extension: str, dialled: str) -> Reached:
        """Whom a telephone of ours reaches by dialling so (``calls.plan``)."""
        caller = self._directory.extension(self._tenant_id, extension)
        return reached_by(dialled, extension, NOBODY_OUTSIDE if caller is None else caller.rights, self)


