"""Fixtures of the SIP room."""

from collections.abc import Iterator

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
            agent.calls.hang_up(getattr(event, "call", 0), link.now)
    link.run(200)
    for agent in link.agents.values():
        assert set(agent.counts().values()) == {0}, agent.counts()
