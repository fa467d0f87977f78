"""What a flow on the desk may name, where no tenant is asked: the system prompts and their texts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml

from interpreter.flow.calendar import NOTHING_TOLD, Told
from interpreter.flow.resources import Resources

MEDIA = Path(__file__).resolve().parent.parent / "media"


def desk_resources(locale: str = "zh-CN", told: Told = NOTHING_TOLD) -> Resources:
    """Resources in which only the system prompts are known; ``locale`` chooses the language of their texts.

    told: years whose holidays are announced beside those that come with the product.
    """
    listed = yaml.safe_load((MEDIA / "prompts.yaml").read_text(encoding="utf-8"))
    return Resources(
        system_prompts={name: entry.get(locale) for name, entry in listed.items()},
        today=date.today(),
        told_years=told.whole,
        begun_years=told.begun,
    )
