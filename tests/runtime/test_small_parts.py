"""Settings, limits, addresses, randomness, start errors and the repair of files that a crash cut off."""

from __future__ import annotations

import errno
import string
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.calls.direct import DirectCall
from interpreter.machine.effects import Finished, Hangup, Target
from interpreter.machine.events import CallerHungUp, CallStarted, DialEnded, Fault, PartnerHungUp
from interpreter.rtp import wav
from interpreter.rtp.wav_writer import header, make_whole
from interpreter.runtime import errors
from interpreter.runtime.addresses import OwnAddresses
from interpreter.runtime.books.journal import Journal
from interpreter.runtime.books.mover import Mover
from interpreter.runtime.books.set_aside import SetAside
from interpreter.runtime.books.writer import Writer
from interpreter.runtime.doing import do_all
from interpreter.runtime.errors import StartError
from interpreter.runtime.limits import Overload
from interpreter.runtime.randomness import BlockRandom
from interpreter.runtime.settings import Limits, SipListen, TrustedAddresses
from interpreter.sip.hop import Hop
from support.patience import PATIENCE_SECONDS


@pytest.mark.parametrize(
    ("text", "parsed"),
    [("udp:127.0.0.1:5060", "udp:127.0.0.1:5060"), ("udp:localhost:5060", "udp:127.0.0.1:5060")],
)
def test_sip_address(text, parsed):
    assert str(SipListen.parse(text)) == parsed


@pytest.mark.parametrize("text", ["", "5060", "tcp:h:5060", "udp:h", "udp:h:0", "udp::5060", "udp:[::1]:5060"])
def test_no_sip_address(text):
    with pytest.raises(StartError) as error:
        SipListen.parse(text)
    assert error.value.code == "sip_address"


def test_every_start_error_speaks_both_languages():
    for code, reason in errors._REASONS.items():
        assert set(reason.texts) == {"zh-CN", "en"}
        names = [{n for _, n, _, _ in string.Formatter().parse(t) if n} for t in reason.texts.values()]
        assert names[0] == names[1], code
        assert 2 <= reason.status < 10
    error = StartError("database", detail={"zh-CN": "打不开", "en": "cannot be opened"})
    assert "打不开" in error.message("zh-CN")
    assert "cannot be opened" in error.message("en")


def test_trusted_networks():
    trusted = TrustedAddresses(("127.0.0.1", "10.1.0.0/16"))
    assert [host in trusted for host in ("127.0.0.1", "127.0.0.2", "10.1.255.9", "10.2.0.1", "no address")] == [
        True, False, True, False, False,
    ]  # fmt: skip
    with pytest.raises(StartError):
        TrustedAddresses(("localhost",))


def test_bursts_pass_and_storms_do_not():
    clock, calls = [0.0], [0]
    overload = Overload(Limits(max_calls=5, max_invites_per_second=3.0), lambda: calls[0], lambda: clock[0])
    assert [overload.retry_after() for _ in range(4)] == [None, None, None, 5]
    clock[0] = 0.34
    assert overload.retry_after() is None
    clock[0], calls[0] = 10.0, 5
    assert overload.retry_after() == 5
    calls[0] = 4
    assert overload.retry_after() is None
    overload.closed = True
    assert overload.retry_after() == 5
    assert overload.refused == 3
    assert overload.full() == 5


def test_asking_whether_it_is_full_takes_nothing_from_the_rate():
    calls = [0]
    overload = Overload(Limits(max_calls=5, max_invites_per_second=2.0), lambda: calls[0], lambda: 0.0)
    assert [overload.full() for _ in range(9)] == [None] * 9
    assert [overload.retry_after() for _ in range(3)] == [None, None, 5]
    assert overload.full() is None
    calls[0] = 5
    assert overload.full() == 5


@pytest.mark.parametrize(
    ("bound", "advertised", "peer", "own"),
    [
        ("10.0.0.5", None, "203.0.113.1", "10.0.0.5"),
        ("10.0.0.5", "198.51.100.7", "8.8.8.8", "198.51.100.7"),
        ("10.0.0.5", "8.8.4.4", "10.0.0.9", "10.0.0.5"),
        ("10.0.0.5", "192.168.1.2", "192.168.1.9", "192.168.1.2"),
        ("10.0.0.5", "8.8.4.4", "127.0.0.1", "10.0.0.5"),
        ("10.0.0.5", "8.8.4.4", "gateway.example", "8.8.4.4"),
        ("0.0.0.0", None, "127.0.0.1", "127.0.0.1"),
    ],
)
def test_own_address_as_the_peer_reaches_it(bound, advertised, peer, own):
    assert OwnAddresses([SipListen("udp", bound, 5060)], advertised).towards(Hop("UDP", peer, 5060)) == own


@given(st.lists(st.integers(0, 300), max_size=60))
def test_random_bits_are_in_range(sizes):
    rng = BlockRandom()
    assert all(0 <= rng.getrandbits(k) < 1 << k for k in sizes)


def test_random_bits_do_not_repeat():
    rng = BlockRandom()
    assert len({rng.getrandbits(64) for _ in range(5000)}) == 5000


@pytest.mark.parametrize("cut", [0, 1, 3, 800], ids=lambda n: f"{n} bytes more than the header tells")
def test_a_cut_off_recording_is_made_whole(tmp_path, cut):
    path = tmp_path / "x.wav"
    samples = np.arange(8000, dtype="<i2").tobytes()
    path.write_bytes(header(2, 8000) + samples[: 8000 + cut])
    seconds = make_whole(path)
    assert seconds == (8000 + cut) // 4 / 8000
    assert wav.read(path).seconds == seconds


@pytest.mark.parametrize("content", [b"", b"RIFF", b"x" * 100])
def test_what_is_no_recording(tmp_path, content):
    path = tmp_path / "x.wav"
    path.write_bytes(content)
    with pytest.raises(ValueError):
        make_whole(path)
    with pytest.raises(OSError):
        make_whole(tmp_path / "gone.wav")


@pytest.mark.parametrize(
    ("event", "effects"),
    [
        (DialEnded("busy"), (Hangup("busy"), Finished("hangup"))),
        (DialEnded("no_answer"), (Hangup("normal"), Finished("hangup"))),
        (PartnerHungUp(), (Hangup("normal"), Finished("hangup"))),
        (CallerHungUp(), (Finished("caller"),)),
        (Fault("media"), (Hangup("error"), Finished("error", "media"))),
    ],
)
def test_direct_call_ends(event, effects):
    call = DirectCall(Target("extension", "802"), 30.0, "off")
    call.handle(CallStarted(), 0.0)
    assert tuple(call.handle(event, 1.0)) == effects
    assert call.finished
    assert call.handle(CallerHungUp(), 2.0) == ()


def test_a_full_disk_loses_no_line(tmp_path, monkeypatch):
    """Half a batch is written, then the disk is full: nothing of it stays, all of it comes later."""
    journal = Journal(tmp_path)
    journal.append([{"c": "a", "t": 1.0, "e": "x"}])
    size = (tmp_path / "00000001.jsonl").stat().st_size
    written = journal._file.write

    class Full:
        def __getattr__(self, name):
            return getattr(real, name)

        def write(self, data):
            if left:
                return written(data[: left.pop()])
            raise OSError(errno.ENOSPC, "no space left on device")

    real, left = journal._file, [10]
    journal._file = Full()  # type: ignore[assignment]  # a file as far as the journal needs one
    with pytest.raises(OSError):
        journal.append([{"c": "a", "t": 2.0, "e": "y"}])
    assert (tmp_path / "00000001.jsonl").stat().st_size == size
    journal._file = real
    journal.append([{"c": "a", "t": 2.0, "e": "y"}])
    assert (tmp_path / "00000001.jsonl").read_bytes().count(b"\n") == 2
    journal.close()


def test_writer_moves_what_is_put_and_stops_clean(tmp_path):
    written: list[str] = []
    mover = Mover(lambda records: written.extend(r.id for r in records), SetAside(tmp_path))
    journal = Journal(tmp_path / "j")
    writer = Writer(journal, mover)
    writer.start()
    for call in ("a", "b"):
        writer.put({"c": call, "t": 1.0, "e": "call", "tenant": "t"})
        writer.put({"c": call, "t": 2.0, "e": "end", "cause": "normal", "by": "caller"})
    writer.stop()
    journal.close()
    assert written == ["a", "b"]
    assert list((tmp_path / "j").iterdir()) == []


def test_a_calls_end_is_written_without_waiting_for_more(tmp_path, monkeypatch):
    monkeypatch.setattr("interpreter.runtime.books.writer.SYNC_SECONDS", 3600.0)
    journal = Journal(tmp_path)
    writer = Writer(journal, Mover(lambda records: None, SetAside(tmp_path)))
    writer.start()
    for line in ({"e": "call", "tenant": "t"}, {"e": "answered"}, {"e": "end", "cause": "normal", "by": "flow"}):
        writer.put({"c": "1", "t": 1.0} | line)
    ((_, path),) = journal.all()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while path.read_bytes().count(b"\n") < 3:
        assert time.monotonic() < deadline
    writer.put({"c": "2", "t": 2.0, "e": "call", "tenant": "t"})
    writer.stop()


def test_a_database_that_is_away_at_the_stop_leaves_the_journal(tmp_path):
    def refuse(records):
        raise ConnectionError("away")

    journal = Journal(tmp_path / "j")
    writer = Writer(journal, Mover(refuse, SetAside(tmp_path)))
    writer.start()
    writer.put({"c": "a", "t": 1.0, "e": "call", "tenant": "t"})
    writer.put({"c": "a", "t": 2.0, "e": "end", "cause": "normal", "by": "caller"})
    writer.stop(patience=1.0)
    journal.close()
    assert len(list((tmp_path / "j").iterdir())) == 1


def test_all_is_done_in_order_whatever_some_raise() -> None:
    done: list[str] = []

    def fails(what: str) -> None:
        done.append(what)
        raise ValueError(what)

    with pytest.raises(ValueError, match="second fault") as raised:
        do_all(
            lambda: done.append("one"),
            lambda: fails("first fault"),
            lambda: done.append("two"),
            lambda: fails("second fault"),
            lambda: done.append("three"),
        )
    assert done == ["one", "first fault", "two", "second fault", "three"]
    assert str(raised.value.__context__) == "first fault"
