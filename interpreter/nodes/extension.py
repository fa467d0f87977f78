"""``extension``: asks for an extension and rings it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from interpreter.flow.document import Node
from interpreter.flow.schemas import Json
from interpreter.machine.effects import Dial
from interpreter.machine.operations import AskExtension, Operation, RingExtension
from interpreter.nodes.base import Assembly, NodeType, Scope
from interpreter.nodes.references import Reference

LITERAL: Final = re.compile(r"""(["']?)(?P<digits>[0-9]+)\1""")
"""An expression that is an extension's number as it stands."""


class ExtensionNode(NodeType):
    """Asks for an extension's number and rings it, or rings ``number`` without asking.

        {"id": "ext", "type": "extension", "config": {"prompt": ["pv_inputext.wav"], "ring_seconds": 25}}
        {"id": "dialled", "type": "extension", "config": {"number": "call.extension"}}

    Input ends by the fixed extension length (the flow's, else the tenant's), by ``#`` or by a pause; 0 as the first
    digit is the operator. What was rung is in ``call.extension``. Input of a wrong length is asked for again and
    finally leaves by ``no_such``, as does a number that nobody has. An outcome ``failed`` leaves by ``offline``.
    ``answered`` is left when the answerer has hung up.

    Checks: prompts, the number's expression, extensions that begin with 0. Becomes: ``AskExtension`` and
    ``RingExtension``, or the latter alone.
    """

    type = "extension"

    def check(self, scope: Scope) -> None:
        super().check(scope)
        number = scope.config["number"]
        if number is not None:
            scope.expression(number, "number", ["text", "number"])
        elif scope.config["operator"]:
            count, first = scope.resources.extensions_behind("0")
            if count:
                scope.report("extension.operator_conflict", "operator", extension=first)

    def prompt_settings(self, node: Node) -> Sequence[str]:
        return super().prompt_settings(node) if node.config["number"] is None else ()

    def references(self, config: Json) -> Iterable[Reference]:
        """An extension too whose number is written out; what an expression makes is not known."""
        yield from super().references(config)
        number = config.get("number") if isinstance(config, dict) else None
        if isinstance(number, str) and (literal := LITERAL.fullmatch(number)):
            yield Reference("extension", literal["digits"])

    def waits(self, node: Node, exit: str) -> bool:
        return node.config["number"] is None or exit in ("answered", "no_answer")

    def size(self, node: Node) -> int:
        return 2 if node.config["number"] is None else 1

    def build(self, assembly: Assembly) -> Sequence[Operation]:
        number = assembly.config["number"]
        if number is not None:
            return [_ring(assembly, number)]
        return [_ask(assembly), _ring(assembly, None)]


def _ask(assembly: Assembly) -> Operation:
    config = assembly.config
    asking = assembly.asking(
        first_digit_timeout=config["timeout"],
        barge_in=True,
        no_input=assembly.exit("no_input"),
        no_match=assembly.exit("no_such"),
    )
    return AskExtension(
        assembly.node.id,
        asking,
        length=assembly.flow.settings.extension_length,
        operator=assembly.exit("operator") if config["operator"] else None,
        next=assembly.first + 1,
    )


def _ring(assembly: Assembly, number: str | None) -> Operation:
    record = assembly.flow.settings.record == "after_answer"
    dial = Dial((), "sequential", float(assembly.config["ring_seconds"]), record)
    outcomes = {name: assembly.exit(name) for name in ("busy", "no_answer", "offline", "no_such")}
    outcomes["failed"] = assembly.exit("offline")
    return RingExtension(
        assembly.node.id,
        dial,
        assembly.expression(number).evaluate if number is not None else None,
        hung_up=assembly.exit("answered"),
        outcomes=outcomes,
        early_media=assembly.early_media,
    )
