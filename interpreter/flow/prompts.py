"""Prompts of a flow: what their items are, and the keys under which a published version has their audio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from interpreter.flow.resources import Resources
from interpreter.flow.schemas import Json
from interpreter.flow.spoken import Kind

SPOKEN_KINDS: Final[tuple[Kind, ...]] = ("digits", "number", "money", "date")


@dataclass(frozen=True, slots=True)
class FilePrompt:
    """An audio file by name, such as ``main.wav``: the tenant's own, else the system's of that name."""

    name: str

    @property
    def key(self) -> str:
        return f"file:{self.name}"


@dataclass(frozen=True, slots=True)
class TextPrompt:
    """A text that is spoken by the computer; its audio is made when the flow is published."""

    text: str
    locale: str

    @property
    def key(self) -> str:
        return f"text:{self.locale}:{self.text}"


@dataclass(frozen=True, slots=True)
class ValuePrompt:
    """A value that is read out. expression: its source."""

    kind: Kind
    expression: str


Prompt = FilePrompt | TextPrompt | ValuePrompt


def prompts_of(items: Sequence[Json], locale: str) -> tuple[Prompt, ...]:
    """The prompts of a list that fits the schema. locale: the flow's, for texts that name none."""
    return tuple(_prompt(item, locale) for item in items)


def _prompt(item: str | Mapping[str, str], locale: str) -> Prompt:
    if isinstance(item, str):
        return FilePrompt(item)
    if "text" in item:
        return TextPrompt(item["text"], item.get("locale", locale))
    kind = next(kind for kind in SPOKEN_KINDS if kind in item)
    return ValuePrompt(kind, item[kind])


def system_key(name: str) -> str:
    return f"system:{name}"


def known_text(prompt: Prompt, resources: Resources, use_system_prompts: bool) -> str | None:
    """What the prompt says, None where nobody knows."""
    if isinstance(prompt, TextPrompt):
        return prompt.text
    if isinstance(prompt, ValuePrompt):
        return None
    own, system = resources.own_prompts or {}, resources.system_prompts or {}
    bare = prompt.name.removesuffix(".wav")
    if prompt.name in own and not (use_system_prompts and bare in system):
        return own[prompt.name]
    return system.get(bare)
