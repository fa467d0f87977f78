"""Which engine speaks here: the neural voice where it is installed and wanted, else espeak-ng."""

from __future__ import annotations

from designer.audio.espeak import EspeakEngine
from designer.audio.kokoro import KokoroEngine, VoiceModel
from designer.audio.speech import Speaker

AUTO, ESPEAK = "auto", "espeak"
WISHES = (AUTO, ESPEAK)

NOT_WANTED = "设置 voice 为 espeak", "the setting voice is espeak"


def open_speaker(wish: str = AUTO, model: VoiceModel | None = None) -> Speaker:
    """wish: ``auto``, or ``espeak`` for espeak-ng in any case. The speaker's ``lacking`` says why it is espeak-ng."""
    model = model or VoiceModel()
    lacking = NOT_WANTED if wish == ESPEAK else model.problem()
    if lacking is None:
        return Speaker(KokoroEngine(model))
    return Speaker(EspeakEngine(), lacking=lacking)
