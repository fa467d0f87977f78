"""IPv4 addresses on their way to the engine thread and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.rtp.addresses import pack, unpack


@given(st.ip_addresses(v=4).map(str), st.integers(0, 65535))
def test_comes_back_as_it_went(host: str, port: int) -> None:
    packed = pack(host, port)
    assert unpack(packed >> 16, packed & 0xFFFF) == (host, port)


def test_is_in_network_byte_order() -> None:
    assert pack("192.0.2.1", 16000).to_bytes(6, "little") == bytes([0x3E, 0x80, 192, 0, 2, 1])


@pytest.mark.parametrize("host", ["", "localhost", "::1", "192.0.2", "192.0.2.256"])
def test_takes_nothing_but_an_ipv4_literal(host: str) -> None:
    with pytest.raises(ValueError, match="IPv4"):
        pack(host, 16000)


@pytest.mark.parametrize("port", [-1, 65536])
def test_takes_no_port_out_of_range(port: int) -> None:
    with pytest.raises(ValueError, match="port"):
        pack("192.0.2.1", port)
