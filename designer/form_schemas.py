"""The shape of ``schemas/``: the JSON Schema keywords and the ``x-`` ones that the editor's forms are made from."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from designer.openapi import Message


class ExitRule(TypedDict, total=False):
    """One exit, or with ``each`` one for every entry of that setting.

    ``id``: a fixed exit's, or with ``each`` the entry's property that holds it. ``label``: with ``each`` the entry's
    property that holds it. ``if``: only while this setting is true; ``unless``: only while it is false or empty.
    ``optional``: it may lead nowhere: then the node does without it.
    """

    id: str
    label: Message | str
    each: str
    if_: Annotated[str, Field(alias="if")]
    unless: str
    optional: bool


class NodeMeta(TypedDict):
    """What a node type is called and where calls leave it. ``summary``: a line for its card, with ``{settings}``."""

    type: str
    group: Literal["voice", "branch", "connect", "data", "end"]
    icon: str
    label: Message
    help: Message
    summary: Message
    exits: list[ExitRule]


class UiHint(TypedDict):
    """How a setting is edited. ``advanced``: shown only to whoever asks for it."""

    label: Message
    help: NotRequired[Message]
    unit: NotRequired[Message]
    widget: str
    choices: NotRequired[dict[str, Message]]
    advanced: NotRequired[bool]


class PropertySchema(TypedDict, total=False):
    """A JSON Schema (2020-12) of a value, with ``x-ui`` where people edit it; other keywords may stand beside these."""

    type: str | list[str]
    default: Any
    enum: list[Any]
    const: Any
    minimum: float
    maximum: float
    minItems: int
    maxItems: int
    minLength: int
    maxLength: int
    pattern: str
    items: PropertySchema
    properties: dict[str, PropertySchema]
    required: list[str]
    anyOf: list[PropertySchema]
    oneOf: list[PropertySchema]
    x_ui: Annotated[UiHint, Field(alias="x-ui")]


class NodeSchema(PropertySchema):
    """The schema of a node type's config."""

    x_node: Annotated[NodeMeta, Field(alias="x-node")]


class SchemasOut(BaseModel):
    """JSON Schemas (2020-12) of the flow document and of each node type's config."""

    flow: PropertySchema
    nodes: dict[str, NodeSchema]
