"""Telephones for a test, hung up and ended behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from support.clock import set_clock
from support.linphone import Linphone
from support.phones import Baresip, Line
from support.server import Zongji
from support.sound import tone

WORKDAY_MORNING = "2026-11-18T10:30:00+08:00"

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


@pytest.fixture
def morning(zongji: Zongji) -> Iterator[None]:
    """The demo company's flow has it that people work."""
    with set_clock(zongji.data, WORKDAY_MORNING):
        yield


@pytest.fixture
def phones(zongji: Zongji, tmp_path: Path) -> Iterator[Any]:
    """``phones("801", answer="auto", frequency=700)`` gives a registered telephone sending that tone."""
    with ExitStack() as stack:

        def make(user: str, *, answer: str = "manual", frequency: float = 440, codecs: str = "PCMU,PCMA") -> Baresip:
            secret = zongji.secret(user) if len(user) == 3 else ""
            line = Line(user, secret, zongji.sip_port, answer, codecs)
            phone = stack.enter_context(Baresip(tmp_path / f"{user}-{len(list(tmp_path.iterdir()))}", line,
                                                tone(frequency, 120)))
            if secret:
                phone.wait_log("200 OK")
            return phone

        yield make


@pytest.fixture
def linphone(zongji: Zongji, tmp_path: Path) -> Iterator[Linphone]:
    """Registered as 803, sending 1,300 Hz, answering at once. What happens to it is asked of Zongji: it tells late."""
    with Linphone(tmp_path / "linphone", tone(1300, 60)) as phone:
        registrar = f"sip:127.0.0.1:{zongji.sip_port}"
        phone.say(f"register sip:803@127.0.0.1:{zongji.sip_port} {registrar} {zongji.secret('803')}")
        phone.say("autoanswer enable")
        zongji.api().eventually("/extensions", lambda page: any(
            item["online"] for item in page["items"] if item["number"] == "803"))
        yield phone
