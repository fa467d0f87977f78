"""A node type is a schema and the file of its name, wherever an installation keeps them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FAREWELL = """
from interpreter.machine.operations import HangUp
from interpreter.nodes.base import NodeType


class FarewellNode(NodeType):
    type = "farewell"

    def check(self, scope):
        scope.report("farewell.curt", "prompt", cause=scope.config["cause"])

    def build(self, assembly):
        return [HangUp(assembly.node.id, assembly.speech("prompt"), assembly.config["cause"])]
"""

CHECKED = """
import json
from interpreter.compiler import check, compile_flow
from interpreter.nodes.registry import type_label
from support.flow_documents import flow, node
document = flow(node("bye", "farewell", prompt=["bye.wav"]))
compile_flow(document)
print(json.dumps([type_label("farewell", "en"), *(issue.to_json() for issue in check(document))]))
"""


def python(code: str, extra: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"ZONGJI_EXTRA": str(extra), "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    return subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True)


def with_schema(folder: Path) -> Path:
    schema = json.loads((ROOT / "schemas/nodes/hangup.json").read_text("utf-8"))
    schema["x-node"] |= {"type": "farewell", "label": {"zh-CN": "告别", "en": "Farewell"}}
    schema["x-issues"] = {"farewell.curt": {"severity": "warning", "zh": "{cause}！", "en": "How {cause}!"}}
    (folder / "schemas" / "nodes").mkdir(parents=True)
    (folder / "schemas" / "nodes" / "farewell.json").write_text(json.dumps(schema), "utf-8")
    return folder


def test_a_type_of_ones_own_is_found_and_says_what_is_wrong_in_its_own_words(tmp_path: Path) -> None:
    with_schema(tmp_path)
    (tmp_path / "interpreter" / "nodes").mkdir(parents=True)
    (tmp_path / "interpreter" / "nodes" / "farewell.py").write_text(FAREWELL, "utf-8")
    done = python(CHECKED, tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        "Farewell",
        {
            "code": "farewell.curt",
            "severity": "warning",
            "node": "bye",
            "field": "prompt",
            "message": {"zh-CN": "normal！", "en": "How normal!"},
        },
    ]


def test_a_schema_without_its_file_is_named(tmp_path: Path) -> None:
    done = python("import interpreter.nodes.registry", with_schema(tmp_path))
    assert done.returncode != 0
    assert "schemas/nodes/farewell.json is there, interpreter/nodes/farewell.py is not" in done.stderr
