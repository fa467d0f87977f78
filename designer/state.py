"""What the web process holds between requests; one object per application."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from designer.audio import AudioLibrary, PromptResolver, Speaker, SystemPrompts
from designer.auditing import Lately
from designer.live import LiveFeed
from designer.passwords import Passwords
from designer.sessions import SignedOut
from designer.settings import WebSettings
from designer.throttle import SignInThrottle
from designer.workers import Turns
from store import Store


@dataclass(frozen=True, slots=True)
class State:
    """Reached by ``state()`` in views; services take what they need as parameters."""

    settings: WebSettings
    store: Store
    passwords: Passwords
    throttle: SignInThrottle
    feed: LiveFeed
    library: AudioLibrary
    system_prompts: SystemPrompts
    speaker: Speaker
    resolver: PromptResolver
    signed_out: SignedOut
    turns: Turns
    lately: Lately
    paused: Lately


def state() -> State:
    """The running application's."""
    held: State = current_app.extensions["zongji"]
    return held
