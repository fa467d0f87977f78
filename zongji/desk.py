"""What a flow on the desk may name, where no tenant is asked: the system prompts and their texts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

import yaml

from interpreter.flow.resources import Resources

MEDIA = Path(__file__).resolve().parent.parent / "media"


def desk_resources(locale: str = "zh-CN", told_years: Collection[int] = ()) -> Resources:
    """Resources in which only the system prompts are known; ``locale`` chooses the language of their texts.

    told_years: years whose holidays are announced beside those that come with the product.
    """
    listed = yaml.safe_load((MEDIA / "prompts.yaml").read_text(encoding="utf-8"))
    return Resources(
        system_prompts={name: entry.get(locale) for name, entry in listed.items()},
        today=date.today(),
        told_years=told_years,
    )
