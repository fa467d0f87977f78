"""The schemas of ``/openapi.json``: each model under one name, and the flow document out of ``schemas/flow.json``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel

Json = dict[str, Any]  # a piece of an OpenAPI document

PREFIX = "#/components/schemas/"


def add_models(spec: Json, *models: type[BaseModel]) -> None:
    """Put models in that no view names, as APIFlask puts in those that it finds."""
    for model in models:
        schema = model.model_json_schema(by_alias=True, ref_template=PREFIX + "{model}")
        parts = schema.pop("$defs", {})
        spec["components"]["schemas"] |= {f"{model.__name__}.{name}": part for name, part in parts.items()}
        spec["components"]["schemas"][model.__name__] = schema


def share(spec: Json) -> None:
    """Give every model its own name, once.

    APIFlask puts a model that stands in another under both names (``FlowPage.FlowItem``), again in each. Raises
    ValueError where two models of one name differ: one of them wants another name.
    """
    schemas: Json = spec["components"]["schemas"]
    shared: Json = {}
    for name, schema in schemas.items():
        own = _own_name(name)
        if shared.setdefault(own, _renamed(schema)) != _renamed(schema):
            raise ValueError(f"two models are called {own}")
    spec["components"]["schemas"] = {name: _untitled(schema) for name, schema in shared.items()}
    spec["paths"] = _renamed(spec["paths"])


def flow_document(file: Path) -> Json:
    """A flow document without errors, as components: ``FlowDocument`` and its parts, ``FlowNode`` and so on."""
    schema = json.loads(file.read_text(encoding="utf-8"))
    parts = {"FlowDocument": schema} | {_flow_name(name): part for name, part in schema.pop("$defs").items()}
    return {name: _without(_pointed(part, _to_component), ("x-ui", "$schema", "$id")) for name, part in parts.items()}


def _own_name(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def _renamed(part: Any) -> Any:
    return _pointed(part, lambda target: PREFIX + _own_name(target.removeprefix(PREFIX)))


def _flow_name(name: str) -> str:
    return "Flow" + "".join(word.capitalize() for word in name.split("_"))


def _to_component(target: str) -> str:
    return PREFIX + _flow_name(target.removeprefix("#/$defs/"))


def _pointed(part: Any, to: Callable[[str], str]) -> Any:
    """A copy whose references lead elsewhere."""
    return _copy(part, lambda name, item: to(item) if name == "$ref" else item)


def _untitled(part: Any) -> Any:
    """Without pydantic's titles, which only say the names again."""
    return _copy(part, lambda name, item: None if name == "title" and isinstance(item, str) else item)


def _without(part: Any, names: tuple[str, ...]) -> Any:
    return _copy(part, lambda name, item: None if name in names else item)


def _copy(part: Any, change: Callable[[str, Any], Any]) -> Any:
    """A copy with every member changed, or left out where the change is None and the member was not."""
    if isinstance(part, list):
        return [_copy(item, change) for item in part]
    if not isinstance(part, dict):
        return part
    changed = {name: (item, change(name, item)) for name, item in part.items()}
    return {name: _copy(new, change) for name, (old, new) in changed.items() if new is not None or old is None}
