"""The operations of a program, by subject: control, asking for digits, connecting, queues, services, other flows."""

from interpreter.machine.operations.asking import AskExtension, AskKey, AskPin, CollectDigits
from interpreter.machine.operations.base import (
    CallState,
    Environment,
    Expression,
    Operation,
    OperationFault,
    Speech,
    Value,
)
from interpreter.machine.operations.connecting import HangUp, Ring, RingExtension, TakeMessage
from interpreter.machine.operations.control import (
    Assign,
    Branch,
    Enter,
    Fail,
    Leave,
    PickByTime,
    Pickup,
    PlayPrompts,
)
from interpreter.machine.operations.flows import CallFlow, ExitFlow
from interpreter.machine.operations.questions import AskService, StayWithService, TellService
from interpreter.machine.operations.queueing import WaitInQueue

__all__ = [
    "AskExtension",
    "AskKey",
    "AskPin",
    "AskService",
    "Assign",
    "Branch",
    "CallFlow",
    "CallState",
    "CollectDigits",
    "Enter",
    "Environment",
    "ExitFlow",
    "Expression",
    "Fail",
    "HangUp",
    "Leave",
    "Operation",
    "OperationFault",
    "PickByTime",
    "Pickup",
    "PlayPrompts",
    "Ring",
    "RingExtension",
    "Speech",
    "StayWithService",
    "TakeMessage",
    "TellService",
    "Value",
    "WaitInQueue",
]
