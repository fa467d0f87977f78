"""The demo flow's scenarios, dialled for real by the independent telephone: each must end as in the simulator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interpreter.compiler import compile_flow
from interpreter.simulation import load_scenario, run_scenario
from support.desk import answer_with
from support.flow_documents import flow, node
from support.server import Api, Zongji
from zongji.flow_commands import read_document
from zongji.ring.scenario import ring_scenarios

pytestmark = pytest.mark.e2e

FLOW = Path(__file__).resolve().parents[2] / "flows" / "virtual-switchboard"
SCENARIOS = sorted((FLOW / "scenarios").glob("*.yaml"))


@pytest.fixture(scope="module")
def program() -> object:
    return compile_flow(read_document(FLOW))


def test_there_are_the_ways_a_caller_can_go() -> None:
    names = " ".join(path.stem for path in SCENARIOS)
    ways = ("sales", "service", "front-desk", "direct-extension", "no-input", "wrong-key", "night", "busy", "hang-up")
    for way in ways:
        assert way in names


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_ends_the_same_way_in_the_simulator_and_on_the_telephone(
    zongji: Zongji, program: object, path: Path
) -> None:
    simulated = run_scenario(program, load_scenario(path))
    assert simulated.passed, simulated.failures
    told: list[str] = []
    status = ring_scenarios([path], "4001234567", "127.0.0.1", zongji.sip_port, zongji.data, "en", told.append)
    assert status == 0, told


CALLERS = {"nobody": "", "anonymous": "anonymous", "named": "王 先生", "service": "+8695588", "otherwise": "Anonymous"}


@pytest.fixture(scope="module")
def by_caller(api: Api) -> str:
    """A number whose flow tells callers apart by what the INVITE says of them."""
    seen = {"nobody": "", "anonymous": "anonymous", "named": "王 先生", "service": "95588"}
    cases = [{"exit": exit_, "label": "", "when": f'call.caller == "{caller}"'} for exit_, caller in seen.items()]
    edges = ",".join(f"who.{exit_}->bye" for exit_ in CALLERS)
    answer_with(api, "4000000028", flow(node("who", "switch", cases=cases), node("bye", "hangup"), edges=edges))
    return "400-000-0028"


@pytest.mark.parametrize("exit_", CALLERS)
def test_every_caller_that_the_line_may_have_can_be_dialled(
    zongji: Zongji, by_caller: str, tmp_path: Path, exit_: str
) -> None:
    scenario = {"name": exit_, "caller": CALLERS[exit_], "expect": {"path": ["start", f"who:{exit_}", "bye"]}}
    path = tmp_path / "scenario.yaml"
    path.write_text(json.dumps(scenario, ensure_ascii=False), encoding="utf-8")
    told: list[str] = []
    status = ring_scenarios([path], by_caller, "127.0.0.1", zongji.sip_port, zongji.data, "en", told.append)
    assert status == 0, told
