"""Whether the far end of an established call is still there, when nothing is heard of it any more.

A telephone may be silent for good reasons: it is muted, it holds the call or only listens. So silence alone ends no
call. After a while of it the telephone is asked within the dialog (OPTIONS, RFC 3261 section 11); it is gone if it says
that it knows of no such call (481), or if no answer comes and no packet either, RTCP included.
"""

from __future__ import annotations

from interpreter.runtime.legs.media import Media
from interpreter.runtime.sip_driver import SipDriver
from interpreter.sip.errors import SipError
from interpreter.sip.events import CallHandle, Probed


def ask(driver: SipDriver, call: CallHandle, media: Media) -> None:
    """To be called with each ``MediaTimeout``; ``Probed`` follows, or ``CallEnded``."""
    media.expect_sign()
    try:
        driver.ua.calls.probe(call, driver.now)
    except SipError:  # it has just ended
        pass


def is_there(media: Media, answer: Probed) -> bool:
    """What follows from the answer; where the far end is there, its silence is watched again."""
    if answer.status == 408 and not media.gave_sign():
        return False
    media.watch_silence()
    return True
