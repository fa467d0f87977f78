"""Scenario files: read, check against ``schemas/scenario.json``, and turn into a ``Scenario``."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

from jsonschema.exceptions import ValidationError

from interpreter import system_errors
from interpreter.calls.forwarding import RING_SECONDS, Destination, Forwarding, When
from interpreter.calls.plan import Rights
from interpreter.calls.queue import Group
from interpreter.flow.schema_validator import SchemaValidator
from interpreter.flow.schemas import SCHEMA_FOLDER
from interpreter.machine.facts import Days
from interpreter.simulation.errors import ScenarioError, ScenarioIssue
from interpreter.simulation.scenario import (
    BusyTone,
    CallerStep,
    Dials,
    Expectation,
    HangUp,
    Heard,
    Person,
    Press,
    Reply,
    Say,
    Scenario,
    Wait,
)
from interpreter.simulation.yaml_text import Data, read_yaml
from numbering.plan import normalise_or_keep, to_dial

DEFAULT_AT = "2026-11-20 10:00"
"""A workday morning; the schema's default too."""

_KINDS = {"extensions": "extension", "numbers": "number", "trunks": "trunk"}


def load_scenario(path: str | Path) -> Scenario:
    """Read one scenario from a YAML (or JSON) file.

    Raises ScenarioError with every issue, each with its line, also where the file cannot be read.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise _unreadable(file, system_errors.why(error)) from None
    except UnicodeDecodeError:
        raise _unreadable(file, {"zh-CN": "不是 UTF-8 文本", "en": "it is not UTF-8 text"}) from None
    try:
        data, lines = read_yaml(text)
        return parse_scenario(data, lines)
    except ScenarioError as error:
        raise ScenarioError(error.issues, str(file)) from None


def _unreadable(file: Path, why: Mapping[str, str]) -> ScenarioError:
    found = _issue("", f"读不了文件：{why['zh-CN']}", f"cannot read the file: {why['en']}")
    return ScenarioError([found], str(file))


def parse_scenario(data: Data, lines: Mapping[str, int] | None = None) -> Scenario:
    """A scenario from plain data; ``lines`` gives issues their line by path. Raises ScenarioError."""
    known = lines or {}
    issues = [_schema_issue(error, known) for error in _most_telling(_validator().iter_errors(data))]
    if issues:
        raise ScenarioError(sorted(issues, key=lambda issue: issue.line or 0))
    found = cast(dict[str, Any], data)
    name = found["name"]
    zone = str(found.get("timezone", "Asia/Shanghai"))
    scenario = Scenario(
        name={"zh-CN": name, "en": name} if isinstance(name, str) else {"en": name["zh-CN"], **name},
        at=_unix_seconds(str(found.get("at", DEFAULT_AT)), zone, known),
        caller=_caller(found.get("caller", "13800138000")),
        called=str(found.get("called", "4001234567")),
        timezone=zone,
        switch=found.get("switch", "auto"),
        days=_days(found.get("calendar", {}), known),
        people={kind: _people(kind, found.get(group, {})) for group, kind in _KINDS.items()},
        groups={group: _group(group, what) for group, what in found.get("groups", {}).items()},
        services={kind: tuple(map(_reply, replies)) for kind, replies in found.get("services", {}).items()},
        steps=tuple(_step(step) for step in found.get("steps", [])),
        durations={key: float(seconds) for key, seconds in found.get("durations", {}).items()},
        expect=_expectation(found["expect"]),
    )
    return replace(scenario, others=tuple(_others(scenario, found.get("others", []))))


def _others(first: Scenario, found: Iterable[Mapping[str, Any]]) -> Iterator[Scenario]:
    for other in found:
        yield replace(
            first,
            at=first.at + float(other.get("after", 0.0)),
            caller=_caller(other.get("caller", first.caller)),
            steps=tuple(_step(step) for step in other.get("steps", [])),
            expect=_expectation(other.get("expect", {})),
        )


def _group(name: str, what: Mapping[str, Any]) -> Group:
    weights = {str(member): float(weight) for member, weight in what.get("weights", {}).items()}
    members = {str(member): weights.get(str(member), 1.0) for member in what["members"]}
    return Group(name, members, what.get("strategy", "sequential"))


def _days(found: Mapping[str, str], lines: Mapping[str, int]) -> Days:
    days: dict[int, bool] = {}
    for text, kind in found.items():
        try:
            days[date.fromisoformat(text).toordinal()] = kind == "workday"
        except ValueError:
            message = f"没有这个日期：{text}", f"there is no such date: {text}"
            raise ScenarioError([_issue("calendar", *message, lines.get(f"calendar.{text}"))]) from None
    return days


def _caller(found: str | int | None) -> str:
    return "" if found is None else str(found)


def _people(kind: str, found: Mapping[str, Mapping[str, Any]]) -> dict[str, Person]:
    """By the value under which a target of the kind is rung (``nodes.transfer``)."""
    return {to_dial(value) if kind == "number" else value: _person(what) for value, what in found.items()}


def _person(what: Mapping[str, Any]) -> Person:
    return Person(
        what["state"],
        float(what.get("after", 1.0)),
        float(what["talk"]) if "talk" in what else None,
        tuple(_step(step) for step in what.get("does", [])),
        tuple(Dials(float(dial["at"]), str(dial["number"])) for dial in what.get("dials", [])),
        _rights(what.get("outside", {})),
        _forwarding(what.get("forwarding", {})),
        bool(what.get("early_media", False)),
    )


def _forwarding(what: Mapping[str, Any]) -> Forwarding:
    forwards = {when: to_dial(str(what[when])) for when in get_args(When) if when in what}
    destinations = tuple(
        Destination(to_dial(str(row.get("to", ""))), row.get("together", False), row.get("accept", True))
        for row in what.get("destinations", [])
    )
    seconds = float(what.get("seconds", RING_SECONDS))
    return Forwarding(destinations, forwards, what.get("do_not_disturb", False), seconds)


def _rights(what: Mapping[str, Any]) -> Rights:
    countries = frozenset(str(code) for code in what.get("countries", ()))
    return Rights(what.get("calls", "internal"), countries, normalise_or_keep(str(what.get("shows", ""))))


def _reply(what: Mapping[str, Any]) -> Reply:
    return Reply(what.get("kind", "ok"), what.get("data", {}), float(what.get("after", 0.0)))


def _step(step: Mapping[str, Any]) -> CallerStep:
    [(verb, value)] = step.items()
    match verb:
        case "wait":
            return Wait(float(value))
        case "press":
            return Press(str(value))
        case "say":
            return Say(float(value))
        case "busy_tone":
            return BusyTone(float(value))
        case "heard":
            return Heard(str(value))
        case _:
            return HangUp()


def _expectation(found: Mapping[str, Any]) -> Expectation:
    answered_by = found.get("answered_by")
    nobody = "" if "answered_by" in found else None
    return Expectation(
        path=_texts(found.get("path")),
        missed=found.get("missed"),
        heard=_texts(found.get("heard")),
        ended_by=found.get("ended_by"),
        cause=found.get("cause"),
        answered_by=nobody if answered_by is None else str(answered_by),
        messages=_texts(found.get("messages")),
    )


def _texts(values: Iterable[object] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(str(value) for value in values)


def _unix_seconds(at: str, zone: str, lines: Mapping[str, int]) -> float:
    try:
        timezone = ZoneInfo(zone)
    except (ValueError, OSError, LookupError):  # ZoneInfoNotFoundError is a KeyError
        message = f"没有时区 {zone}", f"there is no time zone {zone}"
        raise ScenarioError([_issue("timezone", *message, lines.get("timezone"))]) from None
    try:
        return datetime.fromisoformat(at).replace(tzinfo=timezone).timestamp()
    except (ValueError, OverflowError):
        message = f"没有这个日期或时间：{at}", f"there is no such date or time: {at}"
        raise ScenarioError([_issue("at", *message, lines.get("at"))]) from None


@functools.cache
def _validator() -> SchemaValidator:
    text = (SCHEMA_FOLDER / "scenario.json").read_text(encoding="utf-8")
    return SchemaValidator(json.loads(text))


def _most_telling(errors: Iterable[ValidationError]) -> list[ValidationError]:
    """One error per place: the first of each path is enough for its author."""
    by_place: dict[str, ValidationError] = {}
    for error in errors:
        by_place.setdefault(error.json_path + str(error.validator), error)
    return list(by_place.values())


def _schema_issue(error: ValidationError, lines: Mapping[str, int]) -> ScenarioIssue:
    path = ""
    for part in error.absolute_path:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    zh, en = _explain(error)
    line = lines.get(path)
    if error.validator == "additionalProperties":
        extra = _unknown_keys(error)[0]
        line = lines.get(f"{path}.{extra}" if path else extra, line)
    return _issue(path, zh, en, line)


def _unknown_keys(error: ValidationError) -> list[str]:
    known: dict[str, Any] = cast(dict[str, Any], error.schema).get("properties", {})
    return sorted(set(cast(dict[str, Any], error.instance)) - set(known))


def _explain(error: ValidationError) -> tuple[str, str]:
    """The error in both languages; the value is shown shortened."""
    instance: Any = error.instance
    rule: Any = error.validator_value
    properties: dict[str, Any] = cast(dict[str, Any], error.schema).get("properties", {})
    value = _short(instance)
    match error.validator:
        case "required":
            missing = ", ".join(name for name in rule if name not in instance)
            return f"缺少 {missing}", f"{missing} is missing"
        case "additionalProperties":
            extra, known = ", ".join(_unknown_keys(error)), ", ".join(properties)
            return f"不认识 {extra}（可用：{known}）", f"unknown {extra} (known: {known})"
        case "type":
            rules = [rule] if isinstance(rule, str) else list(rule)
            wanted = ", ".join(rules)
            if instance is None and not error.absolute_path:
                return "文件是空的", "the file is empty"
            if instance is None:
                return "没有值（# 要加引号）", "has no value (a # must be quoted)"
            chinese = "或".join(CHINESE_TYPES[name] for name in rules)
            return f"{value} 应为{chinese}", f"{value} should be of type {wanted}"
        case "enum":
            known = ", ".join(str(choice) for choice in rule)
            return f"{value} 应为其中之一：{known}", f"{value} should be one of: {known}"
        case "minProperties" | "maxProperties" if "press" in properties:
            return "每一步只写一件事", "a step holds exactly one thing to do"
        case "minProperties":
            return "至少要写一项", "at least one entry is needed"
        case "pattern":
            return f"{value} 的写法不对（{rule}）", f"{value} is not written as it should be ({rule})"
        case "minimum" | "exclusiveMinimum" | "maximum":
            return f"{value} 超出范围（{rule}）", f"{value} is out of range ({rule})"
        case _:
            return f"{value} 不可用", f"{value} cannot be used"


CHINESE_TYPES = {
    "object": "“名称: 值”的列表",
    "array": "以“-”开头的列表",
    "string": "文字",
    "number": "数",
    "integer": "整数",
    "boolean": " true 或 false",
    "null": "空",
}
"""JSON Schema's types in words."""


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:39] + "…"


def _issue(path: str, zh: str, en: str, line: int | None = None) -> ScenarioIssue:
    return ScenarioIssue(path, {"zh-CN": zh, "en": en}, line)
