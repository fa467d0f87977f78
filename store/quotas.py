"""How much a tenant may have, what it has, and the words for it.

Whoever runs the installation sets quotas (``zongji tenant quota``); the others have ``USUAL``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from store.errors import QuotaExceeded

Name = Literal["audio", "flows", "documents", "versions", "recordings", "messages"]
NAMES: Final[tuple[Name, ...]] = get_args(Name)

BYTES: Final = frozenset({"audio", "documents", "recordings"})
"""Counted in bytes; the others in things."""

USUAL: Final[Mapping[Name, int]] = {
    "audio": 1_000_000_000,
    "flows": 500,
    "documents": 50_000_000,
    "versions": 2_000,
    "recordings": 50_000_000_000,
    "messages": 10_000,
}

AUDIO_BYTES_PER_SECOND: Final = 8000 * (2 + 1 + 1)
"""A prompt lies there as 16-bit PCM, PCMU and PCMA."""

RECORDING_BYTES_PER_SECOND: Final = 8000 * 2 * 2
"""Two channels of 16 bits."""

LABELS: Final[Mapping[Name, tuple[str, str]]] = {
    "audio": ("语音文件", "audio of prompts"),
    "flows": ("流程", "flows"),
    "documents": ("流程及其版本的数据", "data of flows and versions"),
    "versions": ("已发布的版本", "published versions"),
    "recordings": ("通话录音", "recordings of calls"),
    "messages": ("留言", "messages"),
}

_ADVICE: Final[Mapping[str, tuple[str, str]]] = {
    "audio": ("请删除不再使用的语音", "Delete prompts that are no longer used"),
    "flows": ("请删除不再使用的流程", "Delete flows that are no longer used"),
    "documents": ("请删除不再使用的流程或旧版本", "Delete flows or old versions that are no longer used"),
    "versions": ("请删除不再使用的旧版本", "Delete old versions that are no longer used"),
}
"""What to do; of recordings and messages the oldest give way by themselves, so that no call meets a quota."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a tenant has of something, and may have: bytes where the name is in ``BYTES``."""

    name: Name
    used: int
    most: int

    def room_for(self, more: int) -> None:
        """Raise QuotaExceeded unless so much more fits."""
        if self.used + more > self.most:
            raise QuotaExceeded(self.name, self.used, self.most, _refusal(self))


def shown(name: Name, amount: int) -> str:
    """An amount as people read it: ``1.5 GB``, ``300``."""
    if name not in BYTES:
        return f"{amount:,}"
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if amount >= size:
            return f"{amount / size:.4g} {unit}"
    return f"{amount} B"


def _refusal(usage: Usage) -> tuple[str, str]:
    zh, en = LABELS[usage.name]
    advice_zh, advice_en = _ADVICE[usage.name]
    used, most = shown(usage.name, usage.used), shown(usage.name, usage.most)
    return (
        f"超出本企业的额度：{zh}已用 {used}，上限 {most}。{advice_zh}，或请平台提高额度",
        f"This is beyond your company's quota: {used} of {most} ({en}) are used. {advice_en},"
        " or ask whoever runs this server for more",
    )
