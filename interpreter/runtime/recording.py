"""A call's files: messages left in a box and recorded talks, with their lines in the journal.

No call waits for the disk. With the journal's fsyncs on the same one (ext4), a ``mkdir`` takes 47 µs (at most 2.6 ms
in 1,500), an ``unlink`` 29 µs, but up to 44 ms, and to create a file 220 µs, up to 29 ms: so folders are made ahead,
files made by the engine's recorder and removed by a thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

from interpreter.machine.effects import RecordMessage
from interpreter.machine.events import Fault, MessageRecorded
from interpreter.rtp.errors import MediaError
from interpreter.rtp.events import LegId, MixId, RecordingDone, RecordingId
from store.ids import new_id

log = logging.getLogger(__name__)

MESSAGES, TALKS = "voicemail", "recordings"
"""Folders of the data folder, each with one folder per UTC day."""

MessageEnd = Literal["key", "silence", "limit", "hangup", "tone"]

_MESSAGE_ENDS: dict[str, MessageEnd] = {"key": "key", "silence": "silence", "limit": "limit", "tone": "tone"}
"""What the engine says ended a message, in the machine's words; all else is as if the caller had hung up."""


class RecordingEngine(Protocol):
    """The engine's part that is needed here."""

    def record_mix(self, mix: MixId, path: Path) -> RecordingId: ...

    def record_message(
        self,
        leg: LegId,
        path: Path,
        *,
        max_seconds: float,
        min_seconds: float,
        silence_seconds: float | None,
        stop_keys: str,
    ) -> RecordingId: ...

    def stop_recording(self, recording: RecordingId) -> None: ...


class RecordingHost(Protocol):
    """What the switchboard gives its calls' files."""

    data: Path

    def expect_recording(self, recording: RecordingId, owner: Callable[[RecordingDone], None]) -> None: ...
    def remove(self, path: Path) -> None:
        """Have a file removed, without waiting for it."""


def _day_folder(kind: str, day: date) -> str:
    return f"{kind}/{day:%Y-%m-%d}"


class DayFolders:
    """Makes today's and tomorrow's folders; a chore of the mover's thread. clock: the present moment, UTC."""

    def __init__(self, data: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._data = data
        self._clock = clock
        self._done: date | None = None

    def make(self) -> None:
        """Raises OSError; then the next call tries again."""
        today = self._clock().date()
        if today == self._done:
            return
        for day in (today, today + timedelta(days=1)):
            for kind in (MESSAGES, TALKS):
                (self._data / _day_folder(kind, day)).mkdir(parents=True, exist_ok=True)
        self._done = today


class CallFiles:
    """The files that one call records; ``open`` counts those whose end the engine has not told yet.

    note: writes a journal line of this call. A path in the journal and the records is relative to the data folder.
    """

    __slots__ = (
        "_call_id", "_engine", "_host", "_key_by_info", "_message", "_note", "_on_message", "_quiet", "_stop_keys",
        "_talk", "_talks", "_wanted", "open",
    )  # fmt: skip

    def __init__(
        self,
        call_id: str,
        engine: RecordingEngine,
        host: RecordingHost,
        note: Callable[[dict[str, object]], None],
        on_message: Callable[[MessageRecorded | Fault], None],
        quiet: Callable[[], None],
    ) -> None:
        self._call_id = call_id
        self._engine = engine
        self._host = host
        self._note = note
        self._on_message = on_message
        self._quiet = quiet
        self._wanted: RecordMessage | None = None
        self._stop_keys = ""
        self._key_by_info = False
        self._message: RecordingId | None = None
        self._talk: RecordingId | None = None
        self._talks = 0
        self.open = 0

    # a message

    @property
    def takes_message(self) -> bool:
        """A message is being recorded, or will be after the beep."""
        return self._message is not None or self._wanted is not None

    def prepare_message(self, effect: RecordMessage) -> None:
        """``start_message`` will come, after the beep."""
        self._wanted = effect
        self._stop_keys = effect.stop_keys
        self._key_by_info = False

    def start_message(self, leg: LegId) -> None:
        """Begin what was prepared. Raises MediaError; a file that cannot be made comes as a Fault later."""
        effect, self._wanted = self._wanted, None
        if effect is None:
            return
        message_id = new_id()
        path = _path(MESSAGES, message_id)
        recording = self._engine.record_message(
            leg,
            self._host.data / path,
            max_seconds=effect.max_seconds,
            min_seconds=effect.min_seconds,
            silence_seconds=effect.silence_seconds,
            stop_keys=effect.stop_keys,
        )
        self._message = recording
        self._note({"e": "message", "id": message_id, "box": effect.box, "path": path})
        self._expect(recording, lambda done: self._message_done(done, message_id))

    def stop_message(self, *, tell: bool) -> None:
        """End the message; with ``tell`` its ``MessageRecorded`` still comes, reason ``hangup``."""
        wanted, self._wanted = self._wanted, None
        recording = self._message
        if not tell:
            self._message = None
        if recording is not None:
            self._engine.stop_recording(recording)
        elif wanted is not None and tell:
            self._on_message(MessageRecorded(0.0, "hangup"))

    def digit(self, digit: str) -> None:
        """A key that did not come by RTP, where the engine would have seen it."""
        if self._message is not None and digit in self._stop_keys:
            self._key_by_info = True
            self._engine.stop_recording(self._message)

    def _message_done(self, done: RecordingDone, message_id: str) -> None:
        seconds = done.seconds if done.spoken else 0.0
        failed = done.reason == "error"
        if failed:  # what was spoken before the disk was full is worth keeping
            log.error("call %s: the message was recorded for %.1f s only: %s", self._call_id, seconds, done.detail)
        if seconds == 0.0:
            self._host.remove(Path(done.path))
        self._note({"e": "kept", "id": message_id, "seconds": seconds})
        wanted = self._message == done.recording
        self._closed()
        if wanted:
            self._message = None
            if failed and seconds == 0.0:
                self._on_message(Fault("recording", done.detail))
                return
            end: MessageEnd = "key" if self._key_by_info else _MESSAGE_ENDS.get(done.reason, "hangup")
            self._on_message(MessageRecorded(seconds, end))

    # a talk

    def record_talk(self, mix: MixId) -> None:
        """Record a talk until ``stop_talk``, whoever is in it; the first member now is heard on the left.

        Nothing where it is recorded already. A failure is logged, for the talk matters more.
        """
        if self._talk is not None:
            return
        recording_id = new_id()
        suffix = f"-{self._talks + 1}" if self._talks else ""
        path = _path(TALKS, self._call_id + suffix)
        try:
            recording = self._engine.record_mix(mix, self._host.data / path)
        except MediaError as error:
            log.error("call %s: the talk is not recorded: %s", self._call_id, error)
            return
        self._talks += 1
        self._talk = recording
        self._note({"e": "recording", "id": recording_id, "path": path})
        self._expect(recording, lambda done: self._talk_done(done, recording_id))

    def stop_talk(self) -> None:
        recording, self._talk = self._talk, None
        if recording is not None:
            self._engine.stop_recording(recording)

    def _talk_done(self, done: RecordingDone, recording_id: str) -> None:
        if done.reason == "error":
            log.error("call %s: the recording broke off: %s", self._call_id, done.detail)
        self._note({"e": "recorded", "id": recording_id, "seconds": done.seconds})
        if self._talk == done.recording:
            self._talk = None
        self._closed()

    # both

    def _expect(self, recording: RecordingId, on_done: Callable[[RecordingDone], None]) -> None:
        self.open += 1
        self._host.expect_recording(recording, on_done)

    def _closed(self) -> None:
        self.open -= 1
        if self.open == 0:
            self._quiet()


def _path(kind: str, name: str) -> str:
    return f"{_day_folder(kind, datetime.now(UTC).date())}/{name}.wav"
