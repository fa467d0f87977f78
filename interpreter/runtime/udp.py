"""One UDP socket at which SIP is taken: turns the loop's addresses into hops and back."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import cast

from interpreter.runtime.settings import SipListen
from interpreter.sip.hop import Hop

RECEIVE_BUFFER = 4 * 1024 * 1024
"""Enough for a second of a storm of INVITEs while the loop is busy."""

log = logging.getLogger(__name__)


class UdpListener(asyncio.DatagramProtocol):
    """See the module. received: takes each datagram."""

    def __init__(self, listen: SipListen, received: Callable[[bytes, Hop], None]) -> None:
        self.listen = listen
        self.connection = str(listen)
        self._received = received
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Bind the socket. Raises OSError."""
        sock = socket.socket(socket.AF_INET6 if ":" in self.listen.host else socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        try:
            sock.bind((self.listen.host, self.listen.port))  # ourselves: uvloop does not tell the system's reason
        except OSError:
            sock.close()
            raise
        await loop.create_datagram_endpoint(lambda: self, sock=sock)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def send(self, data: bytes, hop: Hop) -> None:
        if self._transport is None:
            return
        try:
            self._transport.sendto(data, (hop.host, hop.port))
        except (OSError, ValueError) as error:  # an address nobody can send to
            log.warning("cannot send to %s: %s", hop, error)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._received(data, Hop("UDP", addr[0], addr[1], self.connection))

    def error_received(self, exc: Exception) -> None:
        log.debug("SIP socket %s: %s", self.listen, exc)  # an ICMP error: the transaction's timer decides
