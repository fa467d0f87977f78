"""What the caller hears of us: prompts, and that it rings."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.calls.outputs import Output, PassEarlyMedia, StartRingback, StopEarlyMedia, StopRingback
from interpreter.machine.effects import EarlyMedia, Play, StopPlay
from interpreter.machine.events import PlayDone
from interpreter.simulation.virtual_call import VirtualCall


def _early_media(call: VirtualCall, output: EarlyMedia) -> None:
    call.ladder.note(">", "early media")
    call.caller.start()


def _play(call: VirtualCall, output: Play) -> None:
    call.ladder.note(">", "play " + " ".join(output.prompts) + (" (loop)" if output.loop else ""))
    call.hearing.play(output.prompts, loop=output.loop, done=lambda: call.feed(PlayDone()))


def _stop_play(call: VirtualCall, output: StopPlay) -> None:
    if call.hearing.stop():
        call.ladder.note(">", "stop")


def _start_ringback(call: VirtualCall, output: StartRingback) -> None:
    call.ladder.note(">", "ringback" + _for(call, output.leg))


def _stop_ringback(call: VirtualCall, output: StopRingback) -> None:
    call.ladder.note(">", "stop ringback" + _for(call, output.leg))


def _for(call: VirtualCall, leg: int) -> str:
    """Nothing where it is the caller's."""
    return f" for {call.ladder.who(leg)}" if leg else ""


def _pass_early_media(call: VirtualCall, output: PassEarlyMedia) -> None:
    call.ladder.note(">", f"early media of {call.ladder.who(output.leg)} for {call.ladder.who(output.to)}")


def _stop_early_media(call: VirtualCall, output: StopEarlyMedia) -> None:
    call.ladder.note(">", f"stop early media for {call.ladder.who(output.to)}")


CARRYING: dict[type[Output], Callable[..., None]] = {
    EarlyMedia: _early_media,
    Play: _play,
    StopPlay: _stop_play,
    StartRingback: _start_ringback,
    StopRingback: _stop_ringback,
    PassEarlyMedia: _pass_early_media,
    StopEarlyMedia: _stop_early_media,
}
