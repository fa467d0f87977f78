"""Virtual callers and virtual time: the very ``CallSession`` of the runtime, led through scripted scenarios."""

from pkgutil import extend_path

from interpreter.simulation.coverage import Coverage, coverage
from interpreter.simulation.errors import ScenarioError, ScenarioIssue
from interpreter.simulation.outcome import Outcome, Visit, compare
from interpreter.simulation.report import simulate_files
from interpreter.simulation.scenario import Scenario
from interpreter.simulation.scenario_file import load_scenario, parse_scenario
from interpreter.simulation.simulate import Result, run_scenario

__path__ = extend_path(__path__, __name__)

__all__ = [
    "Coverage",
    "Outcome",
    "Result",
    "Scenario",
    "ScenarioError",
    "ScenarioIssue",
    "Visit",
    "compare",
    "coverage",
    "load_scenario",
    "parse_scenario",
    "run_scenario",
    "simulate_files",
]
