"""No message costs more than its length: nobody can stop the event loop with one datagram."""

import subprocess
import sys
from pathlib import Path

import pytest

NASTY = Path(__file__).with_name("nasty.py")
ROOT = NASTY.parents[2]


@pytest.mark.parametrize("kind", ["fields", "8k", "16k", "64k", "bodies"])
def test_the_cost_grows_with_the_length_alone(kind):
    """CPU is limited in the child, so nothing is timed and a slow machine does no harm: see nasty.py."""
    command = [sys.executable, NASTY, kind]
    run = subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    cases = run.stdout.splitlines()
    assert cases[-1:] == ["done"], f"{run.returncode} at {cases[-1:]}\n{run.stderr}"
    assert len(cases) > 50
