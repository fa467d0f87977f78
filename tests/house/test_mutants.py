"""The faults that ``make mutants`` puts in still fit the code, so that a run tells of the tests and of nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutants.run import Mutant, mutants, with_fault

ROOT = Path(__file__).resolve().parents[2]
FEWEST = 60

MUTANTS = mutants()


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(names) >= FEWEST
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_fault_stands_in_its_file_once_and_its_tests_are_there(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text("utf-8")
    assert with_fault(mutant, text) != text
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert (ROOT / file).exists()
        if name:
            function = name.partition("[")[0].rpartition("::")[2]
            assert f"def {function}(" in (ROOT / file).read_text("utf-8")
