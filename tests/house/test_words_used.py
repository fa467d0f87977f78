"""No sentence of the front door is left that nobody says."""

from __future__ import annotations

import ast
from pathlib import Path

from zongji.words import WORDS

ROOT = Path(__file__).resolve().parents[2]
BY_SEVERITY = {"error", "warning"}
"""Said by an issue's ``severity``."""


def said() -> set[str]:
    files = [path for room in ("zongji", "bench") for path in (ROOT / room).rglob("*.py") if path.name != "words.py"]
    return {
        node.value
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_word_is_said_somewhere() -> None:
    # settings.py names the reasons it gives, which `say` looks up later
    assert sorted(set(WORDS) - said() - BY_SEVERITY) == []
