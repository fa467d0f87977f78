"""A tenant's numbering plan as the directory of the moment has it: whom its telephones reach, and with what rights."""

from __future__ import annotations

from functools import lru_cache

from interpreter.calls.plan import FULL_NUMBER_DIGITS, NOBODY_OUTSIDE, Reached, reached_by
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

    def reached_by(self, extension: str, dialled: str) -> Reached:
        """Whom a telephone of ours reaches by dialling so (``calls.plan``)."""
        caller = self._directory.extension(self._tenant_id, extension)
        return reached_by(dialled, extension, NOBODY_OUTSIDE if caller is None else caller.rights, self)


