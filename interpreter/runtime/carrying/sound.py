"""What the led leg hears of us: prompts, and the ringing tone while others are rung."""

from __future__ import annotations

import logging
from collections.abc import Callable

from interpreter.calls.outputs import Output, StartRingback, StopRingback
from interpreter.machine.effects import EarlyMedia, Play, PromptKey, StopPlay
from interpreter.machine.events import Fault
from interpreter.rtp.errors import MediaError
from interpreter.rtp.events import AudioId
from interpreter.runtime.call import LED, Call

log = logging.getLogger("zongji.call")


def _early_media(call: Call, output: EarlyMedia) -> None:
    if not call.leaving:
        call.led.early_media()


def _play(call: Call, output: Play) -> None:
    call.ringing_back = False
    try:
        audio = [_audio(call, key) for key in output.prompts]
    except KeyError as error:
        log.error("call %s: no audio for prompt %s", call.id, error.args[0])
        call.feed(Fault("prompt_missing", str(error.args[0])))
        return
    play_audio(call, audio, output.loop, call.played)


def _audio(call: Call, key: PromptKey) -> AudioId:
    """Of the version that leads the call, or ours where none does (``announcements``). Raises KeyError."""
    return call.board.tone(key, call) if call.flow is None else call.flow.audio[key]


def play_audio(call: Call, audio: list[AudioId], loop: bool, done: Callable[[], None]) -> None:
    """Play to the led leg, as early media where it is not answered; ``done`` where it comes to its end by itself."""
    leg = call.led
    if not leg.media.started and not call.leaving:
        leg.early_media()
    try:
        leg.player.play(audio, loop, done)
    except MediaError as error:
        log.error("call %s: cannot play: %s", call.id, error)
        call.feed(Fault("media", str(error)))


def _stop_play(call: Call, output: StopPlay) -> None:
    call.led.player.stop()


def _start_ringback(call: Call, output: StartRingback) -> None:
    leg = call.leg(output.leg)
    if leg is None:
        return
    if not leg.hears:
        leg.ring()
        return
    tone = [call.board.tone("ringback", call)]
    if output.leg != LED:
        leg.player.play(tone, True, _never)
        return
    call.ringing_back = True
    play_audio(call, tone, loop=True, done=_never)


def _never() -> None:
    """A loop has no end."""


def _stop_ringback(call: Call, output: StopRingback) -> None:
    leg = call.leg(output.leg)
    if leg is not None and (call.ringing_back or output.leg != LED):
        call.ringing_back = call.ringing_back and output.leg != LED
        leg.player.stop()


CARRYING: dict[type[Output], Callable[..., None]] = {
    EarlyMedia: _early_media,
    Play: _play,
    StopPlay: _stop_play,
    StartRingback: _start_ringback,
    StopRingback: _stop_ringback,
}
