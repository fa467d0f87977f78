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
class Manner:
    """How something is to be spoken. voice: a speaker's name. speed: below 1 is slower. None: as the tenant has it."""

    voice: str | None = None
    speed: float | None = None

    def else_as(self, other: Manner) -> Manner:
        """What is chosen here, and the other's for what is not."""
        voice = other.voice if self.voice is None else self.voice
        return Manner(voice, other.speed if self.speed is None else self.speed)

    def __str__(self) -> str:
        """As keys carry it: ``;voice=zf_xiaobei;speed=1.1``, empty where nothing is chosen."""
        voice = "" if self.voice is None else f";voice={self.voice}"
        return voice if self.speed is None else f"{voice};speed={self.speed:g}"


AS_USUAL: Final = Manner()


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
    manner: Manner = AS_USUAL

    @property
    def key(self) -> str:
        return f"text{self.manner}:{self.locale}:{self.text}"


@dataclass(frozen=True, slots=True)
class ValuePrompt:
    """A value that is read out. expression: its source."""

    kind: Kind
    expression: str
    manner: Manner = AS_USUAL


Prompt = FilePrompt | TextPrompt | ValuePrompt


def prompts_of(items: Sequence[Json], locale: str) -> tuple[Prompt, ...]:
    """The prompts of a list that fits the schema. locale: the flow's, for texts that name none."""
    return tuple(_prompt(item, locale) for item in items)


def _prompt(item: str | Mapping[str, Json], locale: str) -> Prompt:
    if isinstance(item, str):
        return FilePrompt(item)
    manner = Manner(item.get("voice"), item.get("speed"))
    if "text" in item:
        return TextPrompt(item["text"], item.get("locale", locale), manner)
    kind = next(kind for kind in SPOKEN_KINDS if kind in item)
    return ValuePrompt(kind, item[kind], manner)


def system_key(name: str, manner: Manner = AS_USUAL) -> str:
    """The key of a system prompt, spoken as the tenant has it or in a manner of its own."""
    return f"system{manner}:{name}"


def read_key(key: str) -> tuple[str, Manner, str]:
    """(kind, manner, what follows the first colon) of a prompt key: ``file``, ``text`` or ``system``."""
    head, _, rest = key.partition(":")
    kind, *chosen = head.split(";")
    values = dict(part.split("=", 1) for part in chosen)
    speed = values.get("speed")
    return kind, Manner(values.get("voice"), float(speed) if speed else None), rest


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
