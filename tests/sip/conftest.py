"""Fixtures of the SIP room."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sip.link import ALICE, BOB, Link, make_agent


@pytest.fixture
def link() -> Iterator[Link]:
    """Alice calls, Bob is called; afterwards nothing may be left behind."""
    link = Link()
    link.add(ALICE, make_agent(ALICE, 1))
    link.add(BOB, make_agent(BOB, 2))
    yield link
    link.lose = lambda line, nth: False
    for address, agent in link.agents.items():
        for event in link.log[address]:
            agent.hang_up(getattr(event, "call", 0), link.now)
    link.run(200)
    for agent in link.agents.values():
        assert set(agent.counts().values()) == {0}, agent.counts()


@pytest.fixture
def corpus() -> Path:
    root = Path(os.environ.get("ZONGJI_CORPUS", Path(__file__).parents[2] / "../shared/corpus")) / "sip"
    if not root.is_dir():
        pytest.skip(f"no corpus at {root} (set ZONGJI_CORPUS)")
    return root
