"""What a node names that lies outside its flow: prompts, extensions, boxes and so on, found by its settings' widgets.

For lists of where something is used and for checks before it goes. A draft may be anything, so nothing here relies on
the schema being kept to: what does not fit it names nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from interpreter.flow.schemas import Json, Schema

Kind = Literal["prompt", "extension", "number", "trunk", "box", "flow", "group"]


@dataclass(frozen=True, slots=True)
class Reference:
    """Something outside that a node needs. name: as the node writes it."""

    kind: Kind
    name: str


def named_in(schema: Schema, value: Json) -> Iterator[Reference]:
    """What a setting, or a whole config, names by the widgets of its schema."""
    found = _BY_WIDGET.get(schema.get("x-ui", {}).get("widget", ""))
    if found is not None:
        yield from found(value)
    elif isinstance(value, dict):
        for name, part in schema.get("properties", {}).items():
            yield from named_in(part, value.get(name))
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for item in value:
            yield from named_in(schema["items"], item)


def _prompts(value: Json) -> Iterator[Reference]:
    """A text or a value of an expression names nothing."""
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str):
            yield Reference("prompt", item)


def _targets(value: Json) -> Iterator[Reference]:
    for target in value if isinstance(value, list) else ():
        if isinstance(target, dict) and target.get("kind") in _TARGETS and isinstance(target.get("value"), str):
            yield Reference(target["kind"], target["value"])


def _one(kind: Kind) -> Callable[[Json], Iterator[Reference]]:
    def named(value: Json) -> Iterator[Reference]:
        if isinstance(value, str):
            yield Reference(kind, value)

    return named


_TARGETS: Final[tuple[Kind, ...]] = ("extension", "number", "trunk")

_BY_WIDGET: Final[Mapping[str, Callable[[Json], Iterator[Reference]]]] = {
    "prompt": _prompts,
    "targets": _targets,
    "box": _one("box"),
    "extension": _one("extension"),
    "trunk": _one("trunk"),
    "flow": _one("flow"),
    "group": _one("group"),
}
