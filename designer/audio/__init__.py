"""Audio of the designer: uploads and texts become 8 kHz prompts, published flows get their prompt tables.

PCM here is always ``NDArray[np.int16]``, mono, 8 kHz, unless said otherwise.
"""

from designer.audio.analysis import Analysis, analyse, peaks
from designer.audio.choice import open_speaker
from designer.audio.convert import Limits, convert
from designer.audio.engine import Manner, Voice
from designer.audio.errors import AudioError, NotAudio, NothingToSay, SpeechFailed, TooLarge, TooLong
from designer.audio.library import AudioLibrary
from designer.audio.resolve import Problem, PromptResolver, Resolved
from designer.audio.speech import Speaker
from designer.audio.system import SystemPrompts

__all__ = [
    "Analysis",
    "AudioError",
    "AudioLibrary",
    "Limits",
    "Manner",
    "NotAudio",
    "NothingToSay",
    "Problem",
    "PromptResolver",
    "Resolved",
    "Speaker",
    "SpeechFailed",
    "SystemPrompts",
    "TooLarge",
    "TooLong",
    "Voice",
    "analyse",
    "convert",
    "open_speaker",
    "peaks",
]
