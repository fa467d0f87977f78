"""The four transaction machines by themselves, timer by timer (RFC 3261 section 17, RFC 6026)."""

import pytest

from interpreter.sip.client_transactions import InviteClientTransaction, NonInviteClientTransaction
from interpreter.sip.errors import LocalProtocolError
from interpreter.sip.hop import Hop
from interpreter.sip.message import Request, Response
from interpreter.sip.server_transactions import InviteServerTransaction, NonInviteServerTransaction
from interpreter.sip.timers import TimerQueue
from interpreter.sip.transaction import State, Times

PEER = Hop("UDP", "192.0.2.9", 5060)
STREAM = Hop("TCP", "192.0.2.9", 5060, "tcp:1")
CLIENTS = [(InviteClientTransaction, "INVITE"), (NonInviteClientTransaction, "INFO")]


class Bench:
    """Runs one machine and notes what it sends and when."""

    def __init__(self) -> None:
        self.timers = TimerQueue()
        self.outbox: list = []
        self.ended: list = []
        self.seen: list[int] = []
        self.now = 0.0

    def server(self, kind, times=None, peer=PEER):
        return kind("key", peer, self.outbox, self.timers, times or Times(), self.ended.append)

    def client(self, kind, method, times=None, peer=PEER):
        headers = {
            "Via": ["SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx"], "From": ["<sip:a@b>;tag=1"], "To": ["<sip:c@d>"],
            "Call-ID": ["x"], "CSeq": [f"1 {method}"], "Route": ["<sip:p;lr>"],
        }  # fmt: skip
        request = Request(method, "sip:c@d", headers)
        machine = kind(request, peer, self, self.outbox, self.timers, times or Times(), self.ended.append)
        machine.start(0.0)
        return machine

    def on_response(self, response, source, now):
        self.seen.append(response.status)

    def on_timeout(self, now):
        self.seen.append(408)

    def run(self, until):
        """(time, first words) of everything sent until then."""
        sent = self.take()
        while (deadline := self.timers.next_deadline()) is not None and deadline <= until:
            self.now = deadline
            self.timers.fire_due(deadline)
            sent += self.take()
        self.now = until
        return sent

    def take(self):
        sent = [(self.now, data.split(b" ")[0].decode()) for data, _ in self.outbox]
        self.outbox.clear()
        return sent


def test_cancelled_timers_do_not_pile_up():
    timers, fired = TimerQueue(), []
    kept = [timers.start(float(n), fired.append) for n in range(10)]
    for n in range(20_000):
        timers.start(1000.0 + n, fired.append).cancel()
    assert len(timers._heap) < 3000
    assert len(timers) == len(kept)
    timers.fire_due(1e9)
    assert len(fired) == 10


def response(status):
    return Response(status, "x", {"To": ["<sip:c@d>;tag=2"], "CSeq": ["1 INVITE"]})


@pytest.fixture
def bench():
    return Bench()


@pytest.mark.parametrize(
    ("ack_at", "resent_at"),
    [
        pytest.param(0.4, [], id="acked before the first T1"),
        pytest.param(3.6, [0.5, 1.5, 3.5], id="interval doubles"),
        pytest.param(12.0, [0.5, 1.5, 3.5, 7.5, 11.5], id="interval stops growing at T2"),
    ],
)
def test_failure_is_resent_until_ack(bench, ack_at, resent_at):
    machine = bench.server(InviteServerTransaction)
    machine.respond(486, b"486 ", 0.0)
    assert bench.run(ack_at) == [(0.0, "486")] + [(t, "486") for t in resent_at]
    assert machine.receive_ack(ack_at) is True
    assert bench.run(ack_at + 4.9) == []
    assert machine.state is State.CONFIRMED
    bench.run(ack_at + 5)  # timer I
    assert bench.ended == [machine]


def test_failure_never_acked_ends_by_timer_h(bench):
    machine = bench.server(InviteServerTransaction)
    machine.respond(486, b"486 ", 0.0)
    bench.run(31.9)
    assert not bench.ended
    bench.run(32.0)
    assert bench.ended == [machine]
    assert bench.run(100.0) == []


def test_2xx_is_not_repeated_by_the_machine(bench):
    machine = bench.server(InviteServerTransaction)
    machine.respond(100, b"100 ", 0.0)
    machine.receive_request(0.1)
    assert bench.run(0.2) == [(0.0, "100"), (0.0, "100")]
    machine.respond(200, b"200 ", 0.2)
    machine.receive_request(0.3)  # RFC 6026: absorbed
    assert [word for _, word in bench.run(10)] == ["200"]
    assert machine.receive_ack(10.0) is False  # the core's
    bench.run(32.2)  # timer L
    assert bench.ended == [machine]


def test_server_answers_once(bench):
    for kind in (InviteServerTransaction, NonInviteServerTransaction):
        machine = bench.server(kind)
        machine.respond(200, b"200 ", 0.0)
        with pytest.raises(LocalProtocolError):
            machine.respond(486, b"486 ", 0.0)


def test_non_invite_server_repeats_its_answer(bench):
    machine = bench.server(NonInviteServerTransaction)
    machine.receive_request(0.0)
    assert bench.take() == []
    machine.respond(200, b"200 ", 0.0)
    machine.receive_request(1.0)
    assert [word for _, word in bench.run(31.9)] == ["200", "200"]
    assert not bench.ended
    bench.run(32.0)  # timer J
    assert bench.ended == [machine]


def test_invite_client_timers_a_and_b(bench):
    bench.client(InviteClientTransaction, "INVITE")
    assert [t for t, _ in bench.run(60)] == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert bench.seen == [408]
    assert len(bench.ended) == 1


def test_invite_client_failure_is_acked_each_time_until_timer_d(bench):
    machine = bench.client(InviteClientTransaction, "INVITE")
    machine.receive_response(response(180), PEER, 0.1)
    assert bench.run(60) == [(0.0, "INVITE")]  # a provisional stops A and B
    machine.receive_response(response(486), PEER, 60.0)
    ack = bench.outbox[0][0].decode()
    assert "To: <sip:c@d>;tag=2\r\n" in ack
    assert "branch=z9hG4bKx" in ack
    assert "CSeq: 1 ACK" in ack
    assert "Route: <sip:p;lr>" in ack
    bench.take()
    machine.receive_response(response(486), PEER, 61.0)
    assert [word for _, word in bench.take()] == ["ACK"]
    assert bench.seen == [180, 486]
    bench.run(91.9)
    assert not bench.ended
    bench.run(92.0)
    assert bench.ended == [machine]


def test_invite_client_shows_every_2xx_until_timer_m(bench):
    machine = bench.client(InviteClientTransaction, "INVITE")
    for at in (1.0, 1.5, 30.0):
        machine.receive_response(response(200), PEER, at)
    machine.receive_response(response(486), PEER, 30.0)
    assert bench.seen == [200, 200, 200]
    bench.run(33.0)
    assert bench.ended == [machine]


def test_non_invite_client_timers_e_f_k(bench):
    bench.client(NonInviteClientTransaction, "OPTIONS")
    assert [t for t, _ in bench.run(60)] == [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert bench.seen == [408]


def test_non_invite_client_slows_down_after_a_provisional(bench):
    machine = bench.client(NonInviteClientTransaction, "OPTIONS")
    machine.receive_response(response(100), PEER, 0.1)
    assert [t for t, _ in bench.run(10)] == [0, 0.5, 4.5, 8.5]
    machine.receive_response(response(200), PEER, 10.0)
    machine.receive_response(response(200), PEER, 11.0)
    assert bench.seen == [100, 200]
    bench.run(14.9)
    assert not bench.ended
    bench.run(15.0)
    assert bench.ended == [machine]


def test_cancelled_timers_cost_nothing_and_order_is_kept():
    timers, fired = TimerQueue(), []
    for name in "abc":
        timers.start(1.0, lambda now, name=name: fired.append(name))
    early = timers.start(0.5, lambda now: fired.append("early"))
    early.cancel()
    assert timers.next_deadline() == 1.0
    assert len(timers) == 3
    timers.fire_due(1.0)
    assert fired == ["a", "b", "c"]
    assert timers.next_deadline() is None


@pytest.mark.parametrize(("kind", "method"), CLIENTS)
def test_over_a_reliable_hop_a_request_is_sent_once_and_patience_is_as_long(bench, kind, method):
    bench.client(kind, method, peer=STREAM)
    assert bench.run(31.9) == [(0.0, method)]
    assert bench.seen == []
    bench.run(32.0)
    assert bench.seen == [408]


@pytest.mark.parametrize(("kind", "method"), CLIENTS)
def test_over_a_reliable_hop_nothing_waits_for_repeats_of_a_final_answer(bench, kind, method):
    machine = bench.client(kind, method, peer=STREAM)
    machine.receive_response(response(486), STREAM, 0.1)
    assert bench.seen == [486]
    assert bench.ended == [machine]  # timers D and K are 0
    assert [word for _, word in bench.run(100.0)] == [method, *(["ACK"] if method == "INVITE" else [])]


def test_over_a_reliable_hop_a_request_that_was_answered_is_forgotten(bench):
    machine = bench.server(NonInviteServerTransaction, peer=STREAM)
    machine.respond(200, b"200 ", 0.0)
    assert bench.ended == [machine]  # timer J is 0


def test_over_a_reliable_hop_a_failure_is_sent_once_and_waits_for_its_ack(bench):
    machine = bench.server(InviteServerTransaction, peer=STREAM)
    machine.respond(486, b"486 ", 0.0)
    assert bench.run(20.0) == [(0.0, "486")]
    assert bench.ended == []
    assert machine.receive_ack(20.0) is True
    assert bench.ended == [machine]  # timer I is 0
