"""What ``zongji bench simulate`` measures is whole calls."""

from __future__ import annotations

import pytest

from bench.simulate import FLOWS, load_program, run, run_call
from interpreter.machine.facts import Facts


@pytest.mark.parametrize(("flow", "inputs"), [("message", 10), ("transfer", 11)])
def test_the_measured_call_visits_twelve_nodes_and_ends(flow, inputs):
    program = load_program(flow)
    assert len({step.node for step in program.operations}) == 12
    assert run_call(program, Facts("c", "13800138000", "4001234567"), 1) == (True, inputs)


def test_a_line_for_each_flow(capsys):
    run(0.01)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(FLOWS)
    assert all("calls/s" in line for line in lines)
