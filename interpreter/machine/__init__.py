"""The machine runs a compiled flow: events in, effects out; no clock, no socket, no randomness of its own."""

from interpreter.machine.facts import Facts
from interpreter.machine.machine import Machine, Snapshot, SnapshotError
from interpreter.machine.program import Program

__all__ = ["Facts", "Machine", "Program", "Snapshot", "SnapshotError"]
