"""Whose leg, and whose recording, each event of the engine is about; opens ports for legs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from interpreter.rtp._engine import Engine
from interpreter.rtp.events import OF_NO_LEG, LegId, RecordingDone, RecordingId
from interpreter.rtp.events import Event as MediaEvent
from interpreter.runtime.addresses import OwnAddresses
from interpreter.runtime.legs.media import Media, MediaOwner
from interpreter.runtime.media_names import MediaNames
from interpreter.runtime.settings import RuntimeSettings
from interpreter.sip.hop import Hop
from interpreter.sip.randomness import Randomness

log = logging.getLogger("zongji.call")


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:  # a file too many; the call goes on
        log.error("%s stays: %s", path, error)


class MediaBook:
    """See the module. on_idle: called whenever no leg and no recording is left. data: the folder of recordings."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        settings: RuntimeSettings,
        engine: Engine,
        addresses: OwnAddresses,
        rng: Randomness,
        on_idle: Callable[[], None],
    ) -> None:
        self.data: Path = settings.data
        self.names = MediaNames(loop)
        self.owners: dict[LegId, MediaOwner] = {}
        self.recordings: dict[RecordingId, Callable[[RecordingDone], None]] = {}
        self._loop = loop
        self._engine = engine
        self._addresses = addresses
        self._rng = rng
        self._timeout = settings.rtp_timeout_seconds
        self._on_idle = on_idle

    @property
    def idle(self) -> bool:
        return not self.owners and not self.recordings

    def open(self, peer: Hop, behind_proxy: bool = False, early: Callable[[str], bool] | None = None) -> Media:
        """A port pair for a leg towards ``peer`` (see ``Media``). Raises MediaError or OSError where there is none."""
        return Media(
            self._engine, self._addresses.towards(peer), self._rng.getrandbits(31), self._timeout,
            None if behind_proxy else peer.host, early, self.names.look_up,
        )  # fmt: skip

    def attach(self, media: Media, owner: MediaOwner) -> None:
        """Have the engine's events of a port told to ``owner``, until ``detach``."""
        self.owners[media.id] = owner

    def detach(self, media: Media) -> None:
        self.owners.pop(media.id, None)
        if self.idle:
            self._on_idle()

    def expect_recording(self, recording: RecordingId, owner: Callable[[RecordingDone], None]) -> None:
        """Have ``owner`` told when the recording is closed."""
        self.recordings[recording] = owner

    def remove(self, path: Path) -> None:
        """Remove a file of a call, in a thread; one that stays is logged."""
        self._loop.run_in_executor(None, _remove, path)

    def take(self, event: MediaEvent) -> None:
        """Tell an event to whom it belongs; a fault there ends its call and no other."""
        if isinstance(event, RecordingDone):
            self._recorded(event)
            return
        owner = None if isinstance(event, OF_NO_LEG) else self.owners.get(event.leg)
        if owner is not None:
            try:
                owner.on_media(event)
            except Exception:
                owner.break_off()

    def _recorded(self, event: RecordingDone) -> None:
        done = self.recordings.pop(event.recording, None)
        try:
            if done is not None:
                done(event)
        except Exception:
            log.exception("a recording's end was not taken")
        if self.idle:
            self._on_idle()
