"""Whom a telephone of ours reaches by dialling in a talk: one rule for simulator and line."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.machine.effects import Target

FULL_NUMBER_DIGITS = 9
"""From so many E.164 digits on a number is the same for everybody; below, every tenant has its own."""


def reached_by(dialled: str, extension: str, exists: Callable[[str], bool]) -> tuple[Target | None, int]:
    """The target; else None, and why not as a SIP status. For now telephones give calls to extensions only.

    extension: who dials. exists: whether an extension of its tenant has that number.
    """
    if dialled == extension:
        return None, 486
    if exists(dialled):
        return Target("extension", dialled), 200
    return None, 404 if len(dialled) < FULL_NUMBER_DIGITS else 403
