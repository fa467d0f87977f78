"""The options by which a command takes settings: flag, environment and file, settled before the command runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from zongji.settings import SETTINGS, load_settings
from zongji.words import either

F = TypeVar("F", bound=Callable[..., Any])


def setting_options(*names: str) -> Callable[[F], F]:
    """Adds ``--data`` and the like; the command is handed one ``settings`` instead of them."""
    chosen = [setting for setting in SETTINGS if setting.name in names]

    def decorate(command: F) -> F:
        @wraps(command)
        def run(*args: Any, config: str | None, **given: Any) -> Any:
            flags = {setting.name: given.pop(setting.name) for setting in chosen}
            flags = {name: ",".join(value) if isinstance(value, tuple) else value for name, value in flags.items()}
            settings = load_settings(flags={k: v or None for k, v in flags.items()},
                                     file=Path(config) if config else None)
            return command(*args, settings=settings, **given)

        wrapped: Any = run  # click's decorators keep what they decorate; wraps took along what earlier ones noted
        for setting in reversed(chosen):
            wrapped = click.option(
                "--" + setting.name.replace("_", "-"), setting.name, multiple=setting.name == "sip",
                help=f"{either(setting.zh, setting.en)} [{setting.env}; {setting.default or '-'}]",
            )(wrapped)
        decorated: F = click.option(
            "--config", help=either("TOML 设置文件", "settings file, TOML"), envvar="ZONGJI_CONFIG"
        )(wrapped)
        return decorated

    return decorate
