"""The demo flow's scenarios, dialled for real by the independent telephone: each must end as in the simulator."""

from __future__ import annotations

from pathlib import Path

import pytest

from interpreter.compiler import compile_flow
from interpreter.simulation import load_scenario, run_scenario
from support.server import Zongji
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
