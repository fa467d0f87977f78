"""What is told to be typed into a telephone can be typed into one."""

from __future__ import annotations

import ipaddress
import re

import pytest

from designer.telephone_servers import own_address, telephone_servers
from support.web import Browser, FakeRuntime


@pytest.mark.parametrize(
    ("listens", "external", "shown"),
    [
        (["udp:127.0.0.1:5060"], "", ["127.0.0.1:5060"]),
        (["udp:0.0.0.0:5070"], "", ["192.0.2.7:5070"]),
        (["udp:0.0.0.0:5060", "udp:192.0.2.7:5060", "udp:192.0.2.8:5060"], "", ["192.0.2.7:5060", "192.0.2.8:5060"]),
        (["udp:0.0.0.0:5060"], "203.0.113.5", ["192.0.2.7:5060", "203.0.113.5:5060"]),
        ([], "203.0.113.5", []),
    ],
)
def test_addresses_to_register_at(listens: list[str], external: str, shown: list[str]) -> None:
    assert telephone_servers(listens, external, own=lambda: "192.0.2.7") == shown


def test_the_machines_own_address_is_one() -> None:
    assert not ipaddress.ip_address(own_address()).is_unspecified


def test_status_gives_them(admin: Browser, runtime: FakeRuntime) -> None:
    runtime.health |= {"sip": ["udp:0.0.0.0:5061"]}
    (address,) = admin.get("/status").json["sip"]["addresses"]
    assert re.fullmatch(r"[1-9][\d.]+:5061", address)
