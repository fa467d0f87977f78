"""What a runtime is told before it starts; the front door builds it from flags, environment and file."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from interpreter.runtime.errors import StartError


@dataclass(frozen=True, slots=True)
class SipListen:
    """One address at which SIP is taken; ``transport`` is ``udp`` so far."""

    transport: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> SipListen:
        """``udp:HOST:PORT``; HOST is an IPv4 address, or a name that has one (media is IPv4 only so far).

        Raises StartError ``sip_address`` otherwise.
        """
        transport, _, rest = text.partition(":")
        host, _, port = rest.rpartition(":")
        if transport != "udp" or not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise StartError("sip_address", address=text)
        try:
            found = socket.getaddrinfo(host, int(port), socket.AF_INET, socket.SOCK_DGRAM)
        except (OSError, UnicodeError) as error:
            raise StartError("sip_address", address=text) from error
        return cls(transport, str(found[0][4][0]), int(port))

    def __str__(self) -> str:
        return f"{self.transport}:{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Share:
    """What one party may have of the calls: at once, and a second on average; 0 is no limit."""

    calls: int
    calls_per_second: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Where new calls are turned away with 503 and Retry-After, before any work; calls in progress go on.

    extension, trunk, source: what one of them may have (see ``limiter``), so that none takes the house from the others.
        A source is an address; trusted ones and those of trunks are exempt. A trunk may have a limit of its own.
    registrations_per_second: of one extension. keys_per_second: of one call. dialog_requests_per_second: of one leg
        (INFO, re-INVITE, UPDATE, OPTIONS). 0 is no limit.
    max_call_steps: nodes that one call may come to; one more and it is ended.
    max_calls: calls at a time (a call is one caller, whatever legs hang on it).
    max_invites_per_second: new calls per second, averaged over about a second.
    max_call_seconds: longest life of one call, so that nothing lives for ever.
    subscribers: live-event readers at the control socket.
    requests_per_source, burst_per_source: SIP requests that one address may send that belong to no call of ours yet
        (REGISTER, OPTIONS, INVITE ...), per second on average and at once; 0 per second is no limit. Trusted addresses
        and those of trunks are exempt. An office behind one NAT is one address.
    """

    max_calls: int = 2000
    max_invites_per_second: float = 300.0
    retry_after_seconds: int = 5
    max_call_seconds: float = 4 * 3600.0
    subscribers: int = 64
    requests_per_source: float = 200.0
    burst_per_source: int = 1000
    extension: Share = Share(10, 2.0)
    trunk: Share = Share(1500, 200.0)
    source: Share = Share(500, 50.0)
    registrations_per_second: float = 1.0
    keys_per_second: float = 10.0
    dialog_requests_per_second: float = 10.0
    max_call_steps: int = 3000


@dataclass(frozen=True, slots=True)
class RuntimeSettings:
    """Everything a runtime needs to know.

    data: the data folder; must exist.
    advertised: the address put into Contact and SDP where the listening address is not what others reach.
    rtp_ports: first and last UDP port for media, RTP on even ones, both below 32768.
    ring_seconds: how long an extension rings that another extension called.
    rtp_timeout_seconds: a telephone in a call that sends no packet for so long is asked whether it is there (see
        ``alive``); 0 never.
    presence_seconds: a registered telephone that has been silent for so long is asked whether it is there; 0 never.
    engine_priority: SCHED_FIFO priority of the media thread where permitted, 0 for none.
    clock_offset_seconds: added to the wall clock by which flows judge hours (for tests of night and
        holidays); journal and records keep true time.
    qa: the control socket may move that clock (method ``clock``).
    trusted: addresses or networks whose unauthenticated INVITE may reach bound numbers, and nothing else.
    """

    data: Path
    database_url: str
    sip: tuple[SipListen, ...] = (SipListen("udp", "127.0.0.1", 5060),)
    advertised: str | None = None
    rtp_ports: tuple[int, int] = (16000, 31998)
    limits: Limits = field(default_factory=Limits)
    ring_seconds: float = 30.0
    rtp_timeout_seconds: float = 30.0
    presence_seconds: float = 60.0
    engine_priority: int = 10
    clock_offset_seconds: float = 0.0
    qa: bool = False
    trusted: tuple[str, ...] = ()
    locale: str = "zh-CN"
    log_level: str = "INFO"

    @property
    def control_socket(self) -> Path:
        return self.data / "control.sock"

    @property
    def journal(self) -> Path:
        return self.data / "journal"


class TrustedAddresses:
    """Answers whether a host is in one of the networks; hosts are IP literals as the socket reports them."""

    __slots__ = ("_known", "_networks")

    def __init__(self, networks: Sequence[str]) -> None:
        try:
            self._networks = [ipaddress.ip_network(n, strict=False) for n in networks]
        except ValueError as error:
            raise StartError("trusted_address", address=str(error)) from error
        self._known: dict[str, bool] = {}

    def __contains__(self, host: str) -> bool:
        known = self._known.get(host)
        if known is None:
            try:
                address = ipaddress.ip_address(host)
                known = any(address in n for n in self._networks)
            except ValueError:
                known = False
            if len(self._known) < 4096:  # bounded: source addresses are the sender's choice
                self._known[host] = known
        return known
