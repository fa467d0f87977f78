"""Prompts of a flow -> ``Speech`` of the machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from interpreter.flow.expressions import Compiled, Environment, EvaluationError, Type, Value
from interpreter.flow.prompts import Manner, Prompt, ValuePrompt, system_key
from interpreter.flow.spoken import Kind, Locale, speak, vocabulary
from interpreter.machine.operations import Speech

SPOKEN_TYPES: Final[Mapping[Kind, tuple[Type, ...]]] = {
    "digits": ("text", "number"),
    "number": ("number",),
    "money": ("number",),
    "date": ("text",),
}


def speech(prompts: Sequence[Prompt], locale: Locale, compile: Callable[[str], Compiled], keys: set[str]) -> Speech:
    """The speech of these prompts; adds every key it may play to ``keys``."""
    parts: list[Speech.Part] = []
    for prompt in prompts:
        if isinstance(prompt, ValuePrompt):
            expression = compile(prompt.expression)
            keys.update(system_key(name, prompt.manner) for name in vocabulary(prompt.kind, locale))
            parts.append(_value_part(prompt, expression, locale))
        else:
            keys.add(prompt.key)
            parts.append((prompt.key,))
    return Speech(tuple(parts))


def _value_part(prompt: ValuePrompt, expression: Compiled, locale: Locale) -> Speech.Part:
    kind, manner = prompt.kind, prompt.manner
    if expression.constant is not None:
        try:
            return _spoken(kind, expression.constant, locale, manner)
        except EvaluationError:
            pass  # a constant that is no date faults when it is to be played, like any other
    evaluate = expression.evaluate

    def part(env: Environment) -> tuple[str, ...]:
        try:
            return _spoken(kind, evaluate(env), locale, manner)
        except ArithmeticError:  # what a caller typed, as a rule: a word less is better than a call less
            return ()

    return part


# typed: 1, 1.0 and True are equal, but not the same to speak
@lru_cache(maxsize=4096, typed=True)
def _spoken(kind: Kind, value: Value, locale: Locale, manner: Manner) -> tuple[str, ...]:
    """Keys of the system prompts; few values make up most calls."""
    return tuple(system_key(name, manner) for name in speak(kind, value, locale))
