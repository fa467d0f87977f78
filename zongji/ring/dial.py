"""One call by hand: dial, press, listen, tell how it went."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from pathlib import Path

from interpreter.rtp.wav_writer import WaveWriter
from zongji.ring import probe
from zongji.ring.phone import Account, RobotCall, RobotPhone
from zongji.ring.steps import HangUp, Press, Step, StepError, Wait, parse_steps
from zongji.words import say, why

ANSWER_SECONDS = 40.0


def ring_once(
    number: str, host: str, port: int, user: str, password: str, press: str, seconds: float, record: Path | None,
    locale: str,
) -> int:
    """Make the call; 0 if it was answered, 1 if not, 2 for steps that cannot be read or a file that cannot be made."""
    try:
        steps = parse_steps(press)
    except StepError as error:
        print(say("ring.step", locale, text=error.text), file=sys.stderr)
        return 2
    with ExitStack() as stack:
        writer = None
        if record is not None:
            try:
                writer = stack.enter_context(WaveWriter(record, channels=1))
            except OSError as error:
                print(say("ring.record", locale, path=record, why=why(error, locale)), file=sys.stderr)
                return 2
        if probe.answers(host, port):
            status = _ring(RobotPhone(Account(host, port, user, password)), number, steps, seconds, writer, locale)
        else:
            print(say("ring.nobody", locale, address=f"{host}:{port}"), file=sys.stderr)
            status = 1
    if record is not None and status != 0:
        record.unlink(missing_ok=True)  # nothing was heard, and the next call shall be recorded there
    return status


def _ring(
    robot: RobotPhone, number: str, steps: tuple[Step, ...], seconds: float, writer: WaveWriter | None, locale: str
) -> int:
    with robot as phone:
        if robot.account.password and not phone.registered:
            print(say("ring.not_registered", locale, user=robot.account.user))
            return 1
        call = phone.call(number)
        if not call.wait(ANSWER_SECONDS, "answered"):
            print(_why_not(call, locale))
            return 1
        began = time.monotonic()
        print(say("ring.answered", locale, seconds=began - call.began))
        perform(call, steps)
        call.wait(max(0.0, seconds - (time.monotonic() - began)))
        call.hang_up()
        heard = call.heard()
    print(say("ring.ended_by_us" if call.hung_up else "ring.ended", locale,
              seconds=time.monotonic() - began, heard=len(heard) / 8000))
    if writer is not None:
        writer.append(heard.astype("<i2").tobytes())
    return 0


def _why_not(call: RobotCall, locale: str) -> str:
    if call.status:
        return say("ring.refused", locale, status=call.status)
    return say("ring.unanswered", locale, seconds=ANSWER_SECONDS)


def perform(call: RobotCall, steps: tuple[Step, ...]) -> None:
    """Do the steps one after the other, as long as the call lives."""
    for step in steps:
        if call.ended:
            return
        match step:
            case Press(digits):
                call.press(digits)
            case Wait(seconds):
                call.wait(seconds)
            case HangUp():
                call.hang_up()
