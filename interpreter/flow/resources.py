"""What a tenant has, as far as checking a flow needs it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resources:
    """The tenant's things a flow may name. None anywhere means unknown: then nothing is said about it.

    own_prompts: file name (``welcome.wav``) -> its text where known. A name with None is a prompt whose text
        is unknown (an upload).
    system_prompts: name without ``.wav`` (``pv_busy``) -> its text in the flow's language where known.
    extensions: numbers of all extensions. extension_length: their fixed length, None where they differ.
    trunks, boxes: names.
    """

    own_prompts: Mapping[str, str | None] | None = None
    system_prompts: Mapping[str, str | None] | None = None
    extensions: Collection[str] | None = None
    extension_length: int | None = None
    trunks: Collection[str] | None = None
    boxes: Collection[str] | None = None
