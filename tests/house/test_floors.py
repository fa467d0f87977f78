"""The house's two rules: arrows run downwards only, and the pure rooms neither do I/O nor read a clock."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parents[2]

FLOORS = {
    "zongji": 6,
    "bench": 6,
    "designer": 5,
    "interpreter.simulation": 4,
    "interpreter.replay": 4,
    "interpreter.runtime": 3,
    "interpreter.compiler": 3,
    "interpreter.calls": 2,
    "interpreter.nodes": 2,
    "interpreter.flow": 1,
    "interpreter.machine": 1,
    "interpreter.sip": 1,
    "interpreter.sdp": 1,
    "interpreter.rtp": 1,
    "interpreter.control": 1,
    "store": 1,
    "numbering": 0,
}
SAME_FLOOR_ALLOWED = {
    ("bench", "zongji"),
    ("zongji", "bench"),
    ("interpreter.runtime", "interpreter.compiler"),  # a published version is compiled when it is loaded
}
PURE = ("flow", "machine", "nodes", "compiler", "calls", "simulation", "replay", "sip", "sdp")
FORBIDDEN_IN_PURE = {
    "asyncio", "flask", "apiflask", "socket", "sqlalchemy", "threading", "subprocess", "uvloop", "select",
}
CLOCKS = {("time", "time"), ("time", "monotonic"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today")}


def room_of(module: str) -> str | None:
    parts = module.split(".")
    if parts[0] == "interpreter":
        return ".".join(parts[:2]) if len(parts) > 1 and f"interpreter.{parts[1]}" in FLOORS else None
    return parts[0] if parts[0] in FLOORS else None


def sources() -> Iterator[tuple[Path, str]]:
    for room in FLOORS:
        for path in sorted((ROOT / room.replace(".", "/")).rglob("*.py*")):
            if path.suffix in (".py", ".pyi"):
                yield path, room


def imports(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            if node.module == "interpreter":
                yield from (f"interpreter.{alias.name}" for alias in node.names)
            else:
                yield node.module
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT).with_suffix("").parts[: -node.level]
            yield ".".join([*package, node.module or ""]).rstrip(".")


def test_arrows_run_downwards_only() -> None:
    upwards = []
    for path, room in sources():
        for module in imports(path):
            target = room_of(module)
            if target is None or target == room or (room, target) in SAME_FLOOR_ALLOWED:
                continue
            if FLOORS[target] >= FLOORS[room]:
                upwards.append(f"{path.relative_to(ROOT)} ({room}) imports {module}")
    assert upwards == []


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_do_no_input_or_output_and_read_no_clock(room: str) -> None:
    wrong = []
    for path in sorted((ROOT / "interpreter" / room).rglob("*.py")):
        for module in imports(path):
            if module.split(".")[0] in FORBIDDEN_IN_PURE:
                wrong.append(f"{path.name} imports {module}")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and (node.func.value.id, node.func.attr) in CLOCKS
            ):
                wrong.append(f"{path.name}:{node.lineno} reads a clock")
    assert wrong == []


def test_no_circle_between_modules() -> None:
    """Also imports inside functions and under TYPE_CHECKING tie two files together."""
    names = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
             for path, _ in sources()}
    known = set(names.values())
    graph = nx.DiGraph()
    for path, name in names.items():
        for module in _imported_names(path):
            # "from a import b" brings the module a.b, or a name that the module a defines
            target = module if module in known else module.rpartition(".")[0]
            if target in known and target != name:
                graph.add_edge(name, target)
    circles = [sorted(circle) for circle in nx.strongly_connected_components(graph) if len(circle) > 1]
    assert circles == []
    assert graph.number_of_edges() > 500


def _imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            base = ".".join([*package, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def test_pyvoip_is_not_imported_at_start() -> None:
    """pyVoIP is GPL-3.0: an extra that only the ring command imports, when it runs."""
    importers = {
        str(path.relative_to(ROOT))
        for path, _ in sources()
        if any(module.split(".")[0] == "pyVoIP" for module in imports(path))
    }
    assert importers <= {"zongji/ring/pyvoip_repairs.py", "zongji/ring/phone.py"}
    code = "import sys, zongji.cli; sys.exit('pyVoIP' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_a_runtime_does_without_the_large_libraries_of_others() -> None:
    """Arrays, graphs, migrations, the page's framework, all countries' numbers: 40 MB in every runtime."""
    code = (
        "import sys, json, pathlib, zongji.cli, interpreter.runtime.main, interpreter.runtime.service as service;"
        "document = json.loads(pathlib.Path('flows/virtual-switchboard/flow.json').read_text());"
        "assert service._compile(document).operations;"
        "from numbering.plan import at_home; assert at_home('+44 20 7946 0018') == '00442079460018';"
        "from interpreter.rtp import tones; assert tones.ringback().seconds == 5;"
        "print(*{'numpy', 'networkx', 'alembic', 'flask', 'pyttsx3', 'phonenumbers'} & sys.modules.keys())"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_what_every_room_may_use_stands_on_nothing() -> None:
    """The ground floor, and the files of no room: they use no room, and do no input or output either."""
    of_no_room = [ROOT / "interpreter" / name for name in ("found.py", "system_errors.py")]
    files = [*of_no_room, *sorted((ROOT / "numbering").glob("*.py"))]
    used = [(path.name, module) for path in files for module in imports(path)]
    assert {path for path in (ROOT / "interpreter").glob("*.py") if path.name != "__init__.py"} <= set(files)
    assert [(name, module) for name, module in used if room_of(module) not in (None, "numbering")] == []
    assert [(name, module) for name, module in used if module.split(".")[0] in FORBIDDEN_IN_PURE] == []
