"""Where a telephone registers: addresses as one types them into it, made from those that the runtime listens on."""

from __future__ import annotations

import fcntl
import socket
import struct
from collections.abc import Callable, Sequence

ANYWHERE = "0.0.0.0"
ELSEWHERE = "192.0.2.1"
"""An address beyond the own network (RFC 5737); asking for the way to it sends nothing."""

SIOCGIFADDR = 0x8915
"""Linux: the IPv4 address of an interface, netdevice(7)."""


def telephone_servers(
    listens: Sequence[str], external: str = "", *, own: Callable[[], str] | None = None
) -> list[str]:
    """``udp:HOST:PORT`` of each listening address -> ``HOST:PORT``, each once.

    For ``0.0.0.0`` the machine's ``own`` address is given, for nobody can register at it. external: what telephones
    beyond the NAT use; it comes last.
    """
    find = own or own_address
    near, beyond = [], []
    for listen in listens:
        host, _, port = listen.partition(":")[2].rpartition(":")
        near.append(f"{find() if host == ANYWHERE else host}:{port}")
        beyond.append(f"{external}:{port}")
    return list(dict.fromkeys(near + (beyond if external else [])))


def own_address() -> str:
    """The IPv4 address that the way out of this machine uses, else that of any interface, else ``127.0.0.1``."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((ELSEWHERE, 9))
            return str(probe.getsockname()[0])
        except OSError:  # no way out
            found = [_address_of(probe, name) for _, name in socket.if_nameindex()]
    return next((address for address in found if address and not address.startswith("127.")), "127.0.0.1")


def _address_of(probe: socket.socket, interface: str) -> str:
    """Its first IPv4 address, "" where it has none."""
    try:
        answer = fcntl.ioctl(probe, SIOCGIFADDR, struct.pack("256s", interface.encode()[:15]))
    except OSError:
        return ""
    return socket.inet_ntoa(answer[20:24])
