"""A fake link between UserAgents: virtual time, loss and delay on demand, no socket."""

import random
from collections.abc import Callable

from interpreter.sip.events import SipEvent
from interpreter.sip.hop import Hop
from interpreter.sip.registrar import Registrar
from interpreter.sip.ua import Config, UserAgent

ALICE = Hop("UDP", "192.0.2.1", 5060)
BOB = Hop("UDP", "192.0.2.2", 5060)
SDP_A = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0\r\n"
SDP_B = SDP_A.replace(b"192.0.2.1", b"192.0.2.2")


class Link:
    """Two (or more) UserAgents joined by a network that loses what ``lose`` says."""

    def __init__(self, delay: float = 0.01) -> None:
        self.now = 0.0
        self.delay = delay
        self.agents: dict[Hop, UserAgent] = {}
        self.log: dict[Hop, list[SipEvent]] = {}
        self.wire: list[tuple[float, Hop, Hop, str]] = []
        self.lose: Callable[[str, int], bool] = lambda line, nth: False
        self.react: dict[Hop, Callable[[SipEvent], None]] = {}
        self._flying: list[tuple[float, bytes, Hop, Hop]] = []
        self._seen: dict[tuple[Hop, str], int] = {}

    def add(self, address: Hop, agent: UserAgent) -> UserAgent:
        self.agents[address] = agent
        self.log[address] = []
        return agent

    def _flush(self) -> None:
        busy = True
        while busy:
            busy = False
            for address, agent in self.agents.items():
                for event in agent.events():
                    busy = True
                    self.log[address].append(event)
                    self.react.get(address, lambda event: None)(event)
                for data, target in agent.datagrams_to_send():
                    busy = True
                    self._send(data, address, target)

    def _send(self, data: bytes, source: Hop, target: Hop) -> None:
        words = data.split(b"\r\n", 1)[0].decode().split(" ")
        line = words[1] if words[0] == "SIP/2.0" else words[0]
        if words[0] == "SIP/2.0":
            line += " " + data.split(b"\r\nCSeq: ", 1)[1].split(b"\r\n")[0].decode().split()[1]
        nth = self._seen[(source, line)] = self._seen.get((source, line), 0) + 1
        lost = self.lose(line, nth)
        self.wire.append((round(self.now, 3), source, target, line + (" (lost)" if lost else "")))
        if not lost and target in self.agents:
            self._flying.append((self.now + self.delay, data, source, target))

    def run(self, seconds: float) -> None:
        """Let virtual time pass."""
        end = self.now + seconds
        while True:
            self._flush()
            moments = [flight[0] for flight in self._flying]
            moments += [t for t in (agent.next_timer() for agent in self.agents.values()) if t is not None]
            if not moments or min(moments) > end:
                break
            self.now = max(self.now, min(moments))
            arrived = [flight for flight in self._flying if flight[0] <= self.now]
            self._flying = [flight for flight in self._flying if flight[0] > self.now]
            for _, data, source, target in arrived:
                self.agents[target].receive_datagram(data, source, self.now)
                self._flush()
            for agent in self.agents.values():
                agent.handle_timers(self.now)
        self.now = end

    def lines(self) -> list[str]:
        """What was on the wire: ``A>B INVITE``."""
        names = {address: chr(ord("A") + i) for i, address in enumerate(self.agents)}
        return [f"{names[s]}>{names.get(t, '?')} {line}" for _, s, t, line in self.wire]

    def kinds(self, address: Hop) -> list[str]:
        return [type(event).__name__ for event in self.log[address]]

    def last(self, address: Hop, kind: type) -> SipEvent:
        return [event for event in self.log[address] if isinstance(event, kind)][-1]


def make_agent(address: Hop, seed: int = 1, registrar: Registrar | None = None, **settings: object) -> UserAgent:
    return UserAgent(Config(local=(address.host, address.port), **settings), random.Random(seed), registrar)  # type: ignore[arg-type]  # fields of any type
