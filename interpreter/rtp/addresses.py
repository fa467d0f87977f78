"""IPv4 addresses as the engine thread has them: bytes in network order, read as little-endian integers."""

from __future__ import annotations

import socket


def pack(host: str, port: int) -> int:
    """host << 16 | port, both in network byte order. Raises ValueError for anything but an IPv4 literal."""
    if not 0 <= port <= 65535:
        raise ValueError(f"port {port}: want 0..65535")
    try:
        packed = socket.inet_pton(socket.AF_INET, host)
    except OSError:
        raise ValueError(f"host {host!r}: want an IPv4 address") from None
    return int.from_bytes(packed, "little") << 16 | socket.htons(port)


def unpack(host: int, port: int) -> tuple[str, int]:
    """The (host, port) of two integers in network byte order."""
    return socket.inet_ntop(socket.AF_INET, host.to_bytes(4, "little")), socket.ntohs(port)
