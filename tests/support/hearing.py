"""Comparing what a telephone heard with the prompts of the version that answered it. Sound is int16 at 8 kHz."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from interpreter.rtp import wav
from store import Query, open_store
from store.seed import DEMO_TENANT
from support.patience import PATIENCE_SECONDS, until
from support.phones import Baresip
from support.sound import rms, tone_share
from zongji.ring.listening import likeness

ALIKE = 0.8


def published_prompts(data: Path, number: str) -> dict[str, np.ndarray]:
    """Prompt key (``text:zh-CN:您好``, ``file:welcome.wav``) -> its audio, of the version that answers the number."""
    store = open_store(f"sqlite:///{data / 'zongji.db'}")
    try:
        tenant = next(tenant for tenant in store.tenants.all() if tenant.name == DEMO_TENANT).id
        entries = store.numbers.page(tenant, Query(size=200)).items
        bound = next(entry for entry in entries if number in (entry.number.text, entry.number.digits))
        assert bound.flow_id is not None
        assert bound.version is not None
        table = dict(store.flows.version(tenant, bound.flow_id, bound.version).prompts)
    finally:
        store.close()
    return {key: wav.read_mono(data / "audio" / sha[:2] / f"{sha}.wav") for key, sha in table.items()}


def hears(phone: Baresip, prompt: np.ndarray, seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until the telephone has heard the whole prompt; gives how alike the best stretch is.

    Fails when nothing alike came. What it records grows while it listens, so this has to look again and again.
    """
    deadline = time.monotonic() + seconds
    best = 0.0
    while time.monotonic() < deadline:
        try:
            best, _ = likeness(phone.heard(), prompt)
        except (IndexError, AssertionError):
            best = 0.0  # Its recording has not begun.
        if best > ALIKE:
            return best
        time.sleep(0.2)
    raise AssertionError(f"{phone.line.user} did not hear the prompt; the best stretch is alike by {best:.2f}")


def tone_heard(phone: Any, frequency: float, seconds: float = 1.5) -> bool:
    """Whether it heard this tone, alone or with others, in the last seconds of what it heard."""
    try:
        last = phone.heard()[-int(8000 * seconds):]
    except (IndexError, AssertionError):  # its recording has not begun
        return False
    parts = np.array_split(last, max(1, int(seconds * 4)))
    return any(tone_share(part, frequency) > 0.3 and rms(part) > 300 for part in parts if len(part) > 400)


def hears_tones(phone: Any, *frequencies: float) -> None:
    """Wait until it hears all of these."""
    until(lambda: all(tone_heard(phone, frequency) for frequency in frequencies))
