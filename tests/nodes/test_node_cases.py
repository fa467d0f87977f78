"""Each node type against its file of cases: what is wrong with a config, and how a call goes through the node.

``ZONGJI_REWRITE=1 pytest tests/nodes`` writes what came out into the files; review the diff.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import interpreter
from interpreter.compiler import Resources, check, compile_flow
from interpreter.flow.document import read
from interpreter.machine import Facts
from interpreter.nodes.registry import NODE_TYPES, exits_of
from support.flow_documents import Document, flow, node
from support.transcripts import FACTS, replay

CASES = [Path(part).parent / "tests" / "nodes" / "cases" for part in interpreter.__path__]
REWRITE = bool(os.environ.get("ZONGJI_REWRITE"))

Case = dict[str, Any]


def case_files() -> list[Path]:
    """Ours, and those of types that lie elsewhere (see ``interpreter``)."""
    return [path for folder in CASES for path in sorted(folder.glob("*.yaml"))]


def all_cases() -> Iterator[Any]:
    for path in case_files():
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(path.stem, case, id=f"{path.stem}: {case['case']}")


@pytest.mark.parametrize(("node_type", "case"), list(all_cases()))
def test_case(node_type: str, case: Case) -> None:
    assert outcome(node_type, case) == case


def test_every_type_has_cases() -> None:
    assert {path.stem for path in case_files()} == set(NODE_TYPES)


def outcome(node_type: str, case: Case) -> Case:
    """The case as it turns out: the same where all expectations hold."""
    document = document_of(node_type, case)
    resources = Resources(**case.get("resources", {}))
    found = [
        f"{i.severity} {i.code}" + (f" at {i.field}" if i.field else "")
        for i in check(document, resources)
        if i.node == "it"
    ]
    result = {**case}
    if found or "issues" in case:
        result["issues"] = found
    if "call" in case:
        result["call"] = transcript(document, case)
    return result


def transcript(document: Document, case: Case) -> str:
    """The call from where it comes to the node until it has left it."""
    given = dict(case.get("facts", {}))
    days = {day.toordinal(): worked for day, worked in given.pop("days", {}).items()}
    facts = Facts(FACTS.call_id, **{"caller": FACTS.caller, "called": FACTS.called, "days": days, **given})
    start = datetime.fromisoformat(case["at"]).timestamp() if "at" in case else 0.0
    script = case["call"].splitlines()
    return replay(compile_flow(document), script, facts=facts, start=start, hide="end")


def document_of(node_type: str, case: Case) -> Document:
    """A flow whose node ``it`` is the one tested; each exit leads to a hang-up, or to ``it`` again by ``again``, or
    nowhere by ``unwired``."""
    tested = node("it", node_type, **case["config"])
    fields = {name: case[name] for name in ("settings", "variables", "locale") if name in case}
    end = node("end", "hangup")
    before = [] if node_type == "start" else [node("start", "start", **case.get("start", {}))]
    draft = flow(*before, tested, end, **fields)
    reading = read(draft)
    edges = [] if node_type == "start" else [{"from": "start", "exit": "next", "to": "it"}]
    if reading.flow is not None and "it" not in reading.broken:
        (parsed,) = (n for n in reading.flow.nodes if n.id == "it")
        back = case.get("again", [])
        edges += [
            {"from": "it", "exit": exit.id, "to": "it" if exit.id in back else "end"}
            for exit in exits_of(parsed)
            if exit.id not in case.get("unwired", [])
        ]
    return {**draft, "edges": edges}


class _Literal(yaml.SafeDumper):
    """Writes texts of several lines as blocks."""


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Literal.add_representer(str, _represent)


@pytest.mark.skipif(not REWRITE, reason="only to rewrite the files, with ZONGJI_REWRITE=1")
def test_rewrite() -> None:
    for path in case_files():
        cases = yaml.safe_load(path.read_text(encoding="utf-8"))
        written = [
            yaml.dump([outcome(path.stem, case)], Dumper=_Literal, allow_unicode=True, sort_keys=False, width=110)
            for case in cases
        ]
        path.write_text("\n".join(written), encoding="utf-8")
