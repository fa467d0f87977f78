"""What can be wrong with an upload or a text; each with a stable code and both languages."""

from __future__ import annotations


class AudioError(Exception):
    """code: for the API. messages: ``{"zh-CN": ..., "en": ...}``."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.messages = {"zh-CN": zh, "en": en}

    def message(self, locale: str = "zh-CN") -> str:
        """The message in the language of ``locale``."""
        return self.messages["zh-CN" if locale.startswith("zh") else "en"]


def show_bytes(count: int) -> str:
    """A size as people write it: ``5 MB`` (5 × 1024 × 1024, as file managers count), ``500 kB``."""
    if count >= 1_000_000:
        return f"{count / 1024**2 if count % 1024 == 0 else count / 1_000_000:.4g} MB"
    return f"{count / 1000:.4g} kB" if count >= 1000 else f"{count} B"


class NotAudio(AudioError):
    """No audio that we can read. reason: of this file, in both languages: (zh, en)."""

    def __init__(self, reason: tuple[str, str] = ("无法识别的格式", "unknown format")) -> None:
        super().__init__("not_audio", f"不是可以使用的音频：{reason[0]}", f"not audio that we can use: {reason[1]}")
        self.reason = {"zh-CN": reason[0], "en": reason[1]}


class TooLarge(AudioError):
    """The file has more bytes than allowed."""

    def __init__(self, limit_bytes: int) -> None:
        limit = show_bytes(limit_bytes)
        super().__init__("too_large", f"文件超过 {limit}", f"the file is larger than {limit}")
        self.limit_bytes = limit_bytes


class TooLong(AudioError):
    """The audio plays, or the text reads, longer than allowed."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__("too_long", zh, en)


class DecodersBusy(AudioError):
    """Other uploads are being decoded, and it was not this one's turn in time."""

    def __init__(self) -> None:
        zh, en = "正在处理其他上传，请稍后再试", "other uploads are being worked on; try again soon"
        super().__init__("decoders_busy", zh, en)


class SpeakerBusy(AudioError):
    """Other texts are being spoken, and it was not this one's turn in time."""

    def __init__(self) -> None:
        zh, en = "正在朗读其他文字，请稍后再试", "other texts are being spoken; try again soon"
        super().__init__("speaker_busy", zh, en)


class NothingToSay(AudioError):
    """The text holds nothing that can be spoken."""

    def __init__(self) -> None:
        super().__init__("nothing_to_say", "文字里没有可以朗读的内容", "the text has nothing that can be spoken")


class SpeechFailed(AudioError):
    """The speech engine is not installed, crashed or took too long.

    reason: what can be told to people, in both languages: (zh, en). detail: the engine's own words, for the log.
    """

    def __init__(self, reason: tuple[str, str], detail: str = "") -> None:
        super().__init__("speech_failed", f"文字转语音失败：{reason[0]}", f"text to speech failed: {reason[1]}")
        self.detail = detail
