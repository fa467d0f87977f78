"""Sound of somebody who has not answered yet, for whoever hears it ring (RFC 3960)."""

from __future__ import annotations

import logging
from collections.abc import Callable

from interpreter.calls.outputs import Output, PassEarlyMedia, StopEarlyMedia
from interpreter.rtp.errors import MediaError
from interpreter.runtime.call import Call
from interpreter.runtime.carrying.files import files_of
from interpreter.runtime.legs.talking import Talking

log = logging.getLogger("zongji.call")


def _pass(call: Call, output: PassEarlyMedia) -> None:
    """Both ways: what asks for keys before it answers (a calling card, say) has to hear them."""
    hearer = call.leg(output.to)
    fork = call.forks.get(output.leg) if call.forks is not None else None
    if hearer is None or fork is None or fork.sounding is None or call.leaving:
        return  # one has ended in the same instant; that it did is on its way
    try:
        hearer.early_media()
        call.early = call.early or Talking(call.board.engine)
        call.early.connect((hearer, fork.sounding), {})
        if output.record:
            files_of(call).record_talk(call.early.mix)
    except MediaError as error:
        log.error("call %s: early media of leg %d goes unheard: %s", call.id, output.leg, error)


def _stop(call: Call, output: StopEarlyMedia) -> None:
    early, call.early = call.early, None
    if early is not None:
        if call.files is not None:
            call.files.stop_talk()
        early.end()


CARRYING: dict[type[Output], Callable[..., None]] = {PassEarlyMedia: _pass, StopEarlyMedia: _stop}
