"""Telephones for a test, hung up and ended behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support.phones import Baresip, Line
from support.server import Zongji
from support.sound import tone

MakePhone = Callable[..., Baresip]


@pytest.fixture
def telephones(tmp_path: Path) -> Iterator[MakePhone]:
    """``telephones(server, "801", answer="auto", frequency=700)`` sends that tone; one of 3 digits is registered."""
    with ExitStack() as stack:

        def make(server: Zongji, user: str, *, answer: str = "manual", frequency: float = 440) -> Baresip:
            secret = server.secret(user) if len(user) == 3 else ""
            folder = tmp_path / f"{user}-{len(list(tmp_path.iterdir()))}"
            phone = stack.enter_context(
                Baresip(folder, Line(user, secret, server.sip_port, answer), tone(frequency, 120))
            )
            if secret:
                phone.wait_log("200 OK")
            return phone

        yield make
