"""Operations that go into another flow and come back by the name of an exit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from interpreter.machine.operations.base import CallState, Expression, Operation, OperationFault


class CallFlow(Operation):
    """Go into ``flow``; by which of its exits the call comes back decides where it goes on.

    inputs: variables of that flow and the expressions that give them their first values. ways: exit -> operation.
    work: what the inputs cost, for ``CallState.spend``.
    """

    __slots__ = ("flow", "inputs", "ways", "work")

    def __init__(
        self, node: str, flow: str, *, inputs: Mapping[str, Expression], ways: Mapping[str, int], work: int = 0
    ) -> None:
        super().__init__(node)
        self.flow = flow
        self.inputs = dict(inputs)
        self.ways = dict(ways)
        self.work = work

    def run(self, call: CallState) -> int:
        call.spend(self.work)
        return call.enter(self.flow, {name: expression(call.env) for name, expression in self.inputs.items()})

    def returned(self, call: CallState, exit: str) -> int:
        way = self.ways.get(exit)
        if way is None:  # another version than the one that was looked at
            raise OperationFault("unknown_exit")
        return way

    def targets(self) -> Iterable[int]:
        return self.ways.values()

    def describe(self) -> str:
        return f"call flow {self.flow}: {' '.join(f'{exit}->{way}' for exit, way in self.ways.items())}"


class ExitFlow(Operation):
    """Go back to the flow that called this one, by the exit of this name."""

    __slots__ = ("exit",)

    def __init__(self, node: str, exit: str) -> None:
        super().__init__(node)
        self.exit = exit

    def run(self, call: CallState) -> int:
        return call.leave(self.exit)

    def describe(self) -> str:
        return f"exit flow by {self.exit}"
