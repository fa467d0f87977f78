"""Messages that the led leg leaves in a box; talks are recorded by ``talk``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from interpreter.calls.outputs import Output
from interpreter.machine.effects import RecordMessage, StopMessage
from interpreter.machine.events import Fault
from interpreter.rtp.errors import MediaError
from interpreter.runtime.call import Call
from interpreter.runtime.carrying.sound import play_audio
from interpreter.runtime.recording import CallFiles

log = logging.getLogger("zongji.call")


def files_of(call: Call) -> CallFiles:
    """The call's files, begun with the first."""
    if call.files is None:
        board = call.board
        call.files = CallFiles(call.id, board.engine, board.media, call.note, call.message_done, call.files_quiet)
    return call.files


def _record_message(call: Call, output: RecordMessage) -> None:
    files_of(call).prepare_message(output)
    if output.beep:
        beep = call.board.tone("beep", call)
        play_audio(call, [beep], loop=False, done=partial(_begin_message, call))
    else:
        _begin_message(call)


def _begin_message(call: Call) -> None:
    try:
        files_of(call).start_message(call.led.media.id)
    except MediaError as error:
        log.error("call %s: a message cannot be recorded: %s", call.id, error)
        call.feed(Fault("recording", str(error)))


def _stop_message(call: Call, output: StopMessage) -> None:
    if call.files is not None:
        call.files.stop_message(tell=False)


CARRYING: dict[type[Output], Callable[..., None]] = {RecordMessage: _record_message, StopMessage: _stop_message}
