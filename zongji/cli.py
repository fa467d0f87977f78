"""The ``zongji`` command. Each command imports what it needs when it runs, so that `zongji --help` is quick."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from zongji import VERSION, click_words
from zongji.setting_options import setting_options
from zongji.settings import SETTINGS, SettingError, Settings, load_settings
from zongji.words import LOCALE, either


class ZongjiGroup(click.Group):
    """Turns what people can mend (settings, database, flow) into one clear line instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            message = _mendable(error)
            if message is None:
                raise
            click.echo(message, err=True)
            ctx.exit(os.EX_CONFIG)


def _mendable(error: Exception) -> str | None:
    """What to tell people who can mend it, None for a fault of ours."""
    if isinstance(error, SettingError):
        return error.message(error.locale or LOCALE)
    # the store is imported only by commands that use it: it weighs 30 MB, and `serve` itself does without
    store_errors = sys.modules.get("store.errors")
    if store_errors is not None and isinstance(error, store_errors.StoreError):
        return str(error.message(LOCALE))
    return None


if LOCALE == "zh-CN":
    click_words.speak_chinese()

ALL_SETTINGS = tuple(setting.name for setting in SETTINGS)


@click.group(cls=ZongjiGroup, context_settings={"help_option_names": ["-h", "--help"]},
             help=either("总机：画得出、测得到、打得通的电话流程。", "Zongji: call flows you draw, test and dial."))
@click.version_option(VERSION, prog_name="zongji")
def main() -> None:
    """The front door."""


@main.command(help=either("启动总机（网页与通话两个进程）。", "Start Zongji (the web and the runtime, two processes)."))
@click.option("--demo", is_flag=True,
              help=either("首次启动时建立演示企业", "create the demo tenant on the first start"))
@setting_options(*ALL_SETTINGS)
def serve(settings: Settings, demo: bool) -> None:
    from zongji.start import serve_until_stopped

    sys.exit(serve_until_stopped(settings.for_demo() if demo else settings, demo=demo, locale=settings.locale))


@main.command("settings", help=either("列出全部设置、当前值与来源。",
                                       "List every setting, its value and where it is from."))
@setting_options(*ALL_SETTINGS)
def list_settings(settings: Settings) -> None:
    width = max(len(name) for name in ALL_SETTINGS)
    for setting in SETTINGS:
        text, source = settings.texts[setting.name], settings.sources[setting.name]
        if setting.name == "database":
            text = _without_password(text)
        words = setting.en if settings.locale == "en" else setting.zh
        click.echo(f"{setting.name:<{width}} {text or '-':<28} {source:<22} {words}")


def _without_password(url: str) -> str:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url).render_as_string(hide_password=True) if url else url
    except ArgumentError:
        return "?"  # what it holds is not known, so it is not shown


@main.command(hidden=True)
@click.argument("what", type=click.Choice(["web", "runtime", "prepare", "prepare-demo", "banner"]))
def child(what: str) -> None:
    """One of the processes of ``serve``; its settings are in the environment."""
    from zongji import orphans, start, wiring

    settings = load_settings({})
    if what in ("web", "runtime"):
        orphans.end_with_supervisor()
    if what == "web":
        sys.exit(wiring.run_web(settings))
    if what == "runtime":
        sys.exit(wiring.run_runtime(settings))
    if what == "banner":
        sys.exit(start.show_banner(settings, locale=LOCALE))
    sys.exit(start.prepare(settings, demo=what == "prepare-demo", locale=LOCALE))


def _register() -> None:
    from zongji import (
        backup_commands,
        bench_commands,
        calendar_commands,
        extension_commands,
        flow_commands,
        group_commands,
        manage,
        number_commands,
        platform_commands,
        ring_command,
        voice_commands,
    )

    modules = (
        flow_commands, ring_command, manage, group_commands, number_commands, extension_commands, platform_commands,
        calendar_commands, voice_commands, backup_commands, bench_commands,
    )  # fmt: skip
    for module in modules:
        for command in module.COMMANDS:
            main.add_command(command)


_register()
if LOCALE == "zh-CN":
    click_words.put_usage_in_chinese(main)
