"""What JSON Schema finds wrong, said in words an administrator knows: the field's label, the allowed range."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from jsonschema.exceptions import ValidationError

from interpreter.flow.issues import Issue, Text, issue
from interpreter.flow.schema_validator import SchemaValidator
from interpreter.flow.schemas import Json, Schema, property_label

Path = tuple[str | int, ...]

MAX_ISSUES: Final = 200
"""A broken import may be wrong in every line; nobody reads more."""


def flow_issues(validator: SchemaValidator, schema: Schema, document: Json) -> list[Issue]:
    """Issues of the document's frame; a node's config is only asked to be an object here."""
    issues = []
    for error in _errors(validator, document):
        node, path = _owner(document, tuple(error.absolute_path))
        issues.append(_translate(error, schema, node, path))
    return issues


def node_issues(validator: SchemaValidator, schema: Schema, node: str, config: Mapping[str, Json]) -> list[Issue]:
    """Issues of one node's config."""
    return [_translate(error, schema, node, tuple(error.absolute_path)) for error in _errors(validator, config)]


def _errors(validator: SchemaValidator, value: Json) -> list[ValidationError]:
    found: list[ValidationError] = []
    for error in validator.iter_errors(value):
        found.append(error)
        if len(found) == MAX_ISSUES:
            break
    return sorted(found, key=lambda error: [str(step) for step in error.absolute_path])


def _owner(document: Json, path: Path) -> tuple[str | None, Path]:
    """The node that a path into the document lies in, and the path within it."""
    if len(path) >= 2 and path[0] == "nodes" and isinstance(path[1], int):
        item = document["nodes"][path[1]]
        id = item.get("id") if isinstance(item, dict) else None
        return (id, path[2:]) if isinstance(id, str) else (None, path)
    return None, path


def _translate(error: ValidationError, schema: Schema, node: str | None, path: Path) -> Issue:
    """One schema error as an issue of the catalogue."""
    keyword = str(error.validator)
    extra = _ADDED.get(keyword, _nothing)(error)
    if extra:
        path = (*path, extra)
    code, values = _CODES.get(keyword, _other)(error)
    label: Text | None = property_label(schema, path)
    field = ".".join(str(step) for step in path) or None
    name = label or {"zh-CN": field or "文档", "en": field or "document"}
    return issue(code, node=node, field=field, name=name, **values)


def _demand(error: ValidationError) -> Json:
    """What the schema's keyword asks for: the list of ``required``, the number of ``maximum``."""
    return error.validator_value


def _nothing(error: ValidationError) -> str:
    return ""


def _missing(error: ValidationError) -> str:
    """The required property that is not there. jsonschema reports each one by itself, but only in its message."""
    for name in _demand(error):
        if isinstance(error.instance, dict) and name not in error.instance and repr(name) in error.message:
            return str(name)
    return ""


def _unknown(error: ValidationError) -> str:
    known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    instance = error.instance if isinstance(error.instance, dict) else {}
    unknown = [name for name in instance if name not in known]
    return str(unknown[0]) if unknown else ""


_ADDED: Final[Mapping[str, Callable[[ValidationError], str]]] = {
    "required": _missing,
    "additionalProperties": _unknown,
}

_Coded = tuple[str, Mapping[str, object]]


def _limit(code: str) -> Callable[[ValidationError], _Coded]:
    return lambda error: (code, {"limit": _demand(error)})


def _type(error: ValidationError) -> _Coded:
    wanted = _demand(error)
    kinds: Sequence[str] = [wanted] if isinstance(wanted, str) else wanted
    names = [_TYPE_NAMES[kind] for kind in kinds if kind != "null"]
    return "schema.type", {
        "wanted": {
            "zh-CN": "或".join(name["zh-CN"] for name in names),
            "en": " or ".join(name["en"] for name in names),
        }
    }


def _choice(error: ValidationError) -> _Coded:
    return "schema.choice", {"choices": ", ".join(repr(value) for value in _demand(error))}


def _pattern(error: ValidationError) -> _Coded:
    """Where the schema says what the text is (``x-issue``), what is wrong with it has words of its own."""
    what = error.schema.get("x-issue") if isinstance(error.schema, dict) else None
    if what is not None:
        return f"{what}_{'invalid' if error.instance else 'empty'}", {"value": str(error.instance)}
    return "schema.pattern", {"value": str(error.instance)}


def _other(error: ValidationError) -> _Coded:
    return "schema.invalid", {}


_CODES: Final[Mapping[str, Callable[[ValidationError], _Coded]]] = {
    "required": lambda error: ("schema.required", {}),
    "additionalProperties": lambda error: ("schema.unknown", {}),
    "type": _type,
    "enum": _choice,
    "minimum": _limit("schema.too_small"),
    "maximum": _limit("schema.too_large"),
    "minLength": lambda error: ("schema.empty", {}),
    "maxLength": _limit("schema.too_long"),
    "minItems": lambda error: ("schema.empty", {}),
    "minProperties": lambda error: ("schema.empty", {}),
    "maxItems": _limit("schema.too_many"),
    "maxProperties": _limit("schema.too_many"),
    "pattern": _pattern,
    "oneOf": lambda error: ("schema.prompt_item", {}),
    "uniqueItems": lambda error: ("schema.twice", {}),
}

_TYPE_NAMES: Final[Mapping[str, Text]] = {
    "string": {"zh-CN": "文本", "en": "text"},
    "number": {"zh-CN": "数字", "en": "a number"},
    "integer": {"zh-CN": "整数", "en": "a whole number"},
    "boolean": {"zh-CN": "是或否", "en": "yes or no"},
    "object": {"zh-CN": "一组设置", "en": "a group of settings"},
    "array": {"zh-CN": "列表", "en": "a list"},
}
