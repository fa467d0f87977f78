"""A check costs the same for each node of a large flow as of a small one; counted in calls, not in time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from bench.large_flows import FAMILIES, holidays, misfits, switches
from interpreter.compiler import Resources, check
from interpreter.flow.size import MAX_ENTRIES, MAX_NODES
from support.flow_documents import Document, flow, node

RESOURCES = Resources(extensions=frozenset(str(number) for number in range(1000, 3000)))
SMALL, LARGE = 40, 160


def calls_of(run: Callable[[], object]) -> int:
    """How many functions, Python's and C's, are called."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("family", FAMILIES)
def test_work_grows_with_the_flow_and_no_faster(family: str) -> None:
    small, large = FAMILIES[family](SMALL), FAMILIES[family](LARGE)
    check(small, RESOURCES)  # whatever is loaded or remembered once
    per_node = [calls_of(lambda d=d: check(d, RESOURCES)) / n for d, n in ((small, SMALL), (large, LARGE))]  # type: ignore[misc]  # d is bound
    assert per_node[1] < 1.3 * per_node[0], per_node


def test_a_range_of_years_is_not_counted_day_by_day() -> None:
    assert calls_of(lambda: check(holidays(10))) < 100_000  # 10 nodes with 4 ranges of 3,651 days


def codes(document: Document) -> list[str]:
    return [issue.code for issue in check(document)]


def full(kind: str, setting: str, *, nodes: int, **more: object) -> Document:
    """A flow of nodes whose setting is a list of fifty."""
    items = [{"exit": f"e{j}", **more} for j in range(50)]
    return flow(*(node(f"n{i}", kind, **{setting: items}) for i in range(nodes)))


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(switches(MAX_NODES), id="nodes"),
        pytest.param(full("switch", "cases", nodes=201, when="true"), id="cases"),
        pytest.param(full("hours", "periods", nodes=2, dates=["2026-01-01"] * 200), id="dates"),
    ],
)
def test_a_flow_with_too_much_in_it_is_refused_by_its_count(document: Document) -> None:
    (issue,) = check(document)
    assert issue.code == "document.too_many"
    assert str(MAX_ENTRIES) in issue.message["en"] or str(MAX_NODES) in issue.message["en"]


def test_settings_of_a_node_are_not_counted_as_entries() -> None:
    menus = [node(f"m{i}", "menu", prompt=["a.wav"], keys={"1": "x"}, attempts=3, timeout=5) for i in range(1900)]
    assert "document.too_many" not in codes(flow(*menus))


def test_what_is_wrong_a_thousand_times_is_told_a_thousand_times_at_most() -> None:
    assert len(check(misfits(200))) <= 1200  # of 8,000
