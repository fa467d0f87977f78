"""Small flows to run scenarios against."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interpreter.compiler import compile_flow
from interpreter.machine.program import Program
from interpreter.simulation import parse_scenario
from interpreter.simulation.scenario import Scenario
from interpreter.simulation.yaml_text import read_yaml

ROOT = Path(__file__).resolve().parents[2]

DESK = {
    "format": "zongji.flow/1",
    "name": "desk",
    "locale": "en-US",
    "settings": {"on_error": "bye"},
    "nodes": [
        {"id": "start", "type": "start"},
        {
            "id": "main",
            "type": "menu",
            "config": {"prompt": ["main.wav"], "keys": {"1": "sales", "2": "message"}, "attempts": 1},
        },
        {
            "id": "sales",
            "type": "transfer",
            "config": {
                "targets": [{"kind": "extension", "value": "801"}, {"kind": "number", "value": "02088880000"}],
                "ring_seconds": 10,
            },
        },
        {
            "id": "message",
            "type": "voicemail",
            "config": {"box": "desk", "greeting": ["greeting.wav"], "silence_seconds": 4, "max_seconds": 20},
        },
        {"id": "bye", "type": "hangup", "config": {"prompt": ["bye.wav"]}},
    ],
    "edges": [
        {"from": "start", "exit": "next", "to": "main"},
        {"from": "main", "exit": "1", "to": "sales"},
        {"from": "main", "exit": "2", "to": "message"},
        {"from": "main", "exit": "no_input", "to": "bye"},
        {"from": "main", "exit": "no_match", "to": "bye"},
        {"from": "sales", "exit": "answered", "to": "bye"},
        {"from": "sales", "exit": "busy", "to": "message"},
        {"from": "sales", "exit": "no_answer", "to": "message"},
        {"from": "sales", "exit": "offline", "to": "message"},
        {"from": "message", "exit": "recorded", "to": "bye"},
        {"from": "message", "exit": "empty", "to": "bye"},
    ],
}


def scenario(text: str) -> Scenario:
    data, lines = read_yaml(text)
    return parse_scenario(data, lines)


@pytest.fixture(scope="session")
def desk() -> Program:
    """A menu; 1 rings 801, then an outside number; 2 takes a message."""
    return compile_flow(DESK)


@pytest.fixture(scope="session")
def office() -> Program:
    """Open on workdays from nine to six; ends in ``open``, ``holiday`` or ``closed``."""
    nodes = {name: {"id": name, "type": "hangup"} for name in ("open", "holiday", "closed")}
    hours = {
        "periods": [
            {"exit": "holiday", "calendar": "holidays"},
            {"exit": "open", "calendar": "workdays", "from": "09:00", "to": "18:00"},
        ]
    }
    ways = {"holiday": "holiday", "open": "open", "otherwise": "closed"}
    return compile_flow(
        {
            "format": "zongji.flow/1", "name": "office", "locale": "en-US", "settings": {"on_error": "closed"},
            "nodes": [{"id": "start", "type": "start"}, {"id": "hours", "type": "hours", "config": hours},
                      *nodes.values()],
            "edges": [{"from": "start", "exit": "next", "to": "hours"},
                      *({"from": "hours", "exit": exit, "to": to} for exit, to in ways.items())],
        }
    )  # fmt: skip


@pytest.fixture
def desk_file(tmp_path: Path) -> Path:
    """The desk as a folder, with a place for scenarios."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "flow.json").write_text(json.dumps(DESK), encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def read():
    """A scenario from YAML text."""
    return scenario
