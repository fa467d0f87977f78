"""``zongji extension allow|forward``, ``zongji tenant calls``: whom extensions may call, and where their calls go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from numbering.reach import CALLS
from zongji.manage import TENANT_OPTION, command, extension_group, open_database, tenant_group, tenant_named
from zongji.settings import Settings
from zongji.words import LOCALE, either, say

if TYPE_CHECKING:
    from store import Store
    from store.models import Extension


@command(extension_group, "allow", "设置分机可以呼出到哪里：内部、本地、国内、国际。",
          "Say how far an extension may call: inside only, the area, the country, the world.")
@click.argument("number")
@click.argument("calls", type=click.Choice(CALLS))
@click.option("--country", "countries", multiple=True,
              help=either("可以拨打的国家或地区代码，如 852；* 为全部；可写多次",
                          "country code that may be called, such as 852; * for all; may be repeated"))
@click.option("--shows", help=either("外呼显示的号码；不写则用企业的", "number that is shown, if not the usual one"))
@TENANT_OPTION
def allow(
    settings: Settings, number: str, calls: str, countries: tuple[str, ...], shows: str | None, tenant: str | None
) -> None:
    from store.calling import Outside

    with open_database(settings) as store:
        extension = _extension(store, tenant, number)
        outside = Outside(calls, countries, shows)
        store.extensions.allow(extension.tenant_id, extension.id, extension.revision, outside=outside, by="cli")
    click.echo(say("done.allowed", LOCALE, number=number, calls=calls))


@command(extension_group, "forward", "查看或设置分机的来电去向。写 - 为取消。",
          "See or set where an extension's calls go; - for nowhere.")
@click.argument("number")
@click.option("--always", help=either("全部来电转到", "all calls go to"))
@click.option("--busy", help=either("遇忙时转到", "when it is busy"))
@click.option("--no-answer", help=either("无人接听时转到", "when nobody answers"))
@click.option("--offline", help=either("话机不在线时转到", "when no telephone is there"))
@click.option("--dnd/--no-dnd", default=None, help=either("免打扰", "do not disturb"))
@TENANT_OPTION
def forward(settings: Settings, number: str, tenant: str | None, dnd: bool | None, **wanted: str | None) -> None:
    from dataclasses import replace

    from store.forwarding import WHEN, forwarding_of

    with open_database(settings) as store:
        extension = _extension(store, tenant, number)
        now = forwarding_of(extension)
        chosen = {when: to for when in WHEN if (to := wanted[when]) is not None}
        if chosen or dnd is not None:
            forwards = {when: to for when, to in (dict(now.forwards) | chosen).items() if to != "-"}
            disturb = now.do_not_disturb if dnd is None else dnd
            extension = store.extensions.forward(
                extension.tenant_id, extension.id, extension.revision, by="cli",
                forwarding=replace(now, forwards=forwards, do_not_disturb=disturb),
            )  # fmt: skip
            now = forwarding_of(extension)
    for when, to in now.forwards.items():
        click.echo(f"{when}\t{to}")
    click.echo(f"do_not_disturb\t{'on' if now.do_not_disturb else 'off'}")


def _extension(store: Store, tenant: str | None, number: str) -> Extension:
    """Raises NotFound."""
    from store import NotFound

    owner = tenant_named(store, tenant)
    found = [extension for extension in store.extensions.all(owner.id) if extension.number == number]
    if not found:
        raise NotFound("extension", number)
    return found[0]


@command(tenant_group, "calls", "查看或设置分机外呼显示的号码、录音、保持音乐和提示语言。",
         "See or set the number that calls of extensions show, what is recorded of them, the music on hold, and the "
         "language of announcements.")
@click.option("--shows", help=either("显示的号码；写 - 为不设", "number that is shown; - for none"))
@click.option("--record",
              help=either("录音：off、answered 或 whole", "what is recorded: off, answered or whole"))
@click.option("--music",
              help=either("保持时播放的语音；写 - 为系统音乐", "prompt that is heard on hold; - for the system's"))
@click.option("--language",
              help=either("系统提示的语言：zh-CN 或 en-US", "language of announcements: zh-CN or en-US"))
@TENANT_OPTION
def tenant_calls(
    settings: Settings, shows: str | None, record: str | None, music: str | None, language: str | None,
    tenant: str | None,
) -> None:  # fmt: skip
    from store.numbers import display

    with open_database(settings) as store:
        owner = tenant_named(store, tenant)
        now = store.calling.get(owner.id)
        if any(given is not None for given in (shows, record, music, language)):
            number = now.shown_number if shows is None else None if shows == "-" else shows
            heard = now.music if music is None else None if music == "-" else music
            now = store.calling.put(
                owner.id, now.revision, shown_number=number, record=record or now.record, music=heard,
                language=language or now.language, by="cli",
            )  # fmt: skip
    shown = display(now.shown_number) if now.shown_number else "-"
    click.echo("\t".join((shown, now.record, now.music or "-", now.language)))


COMMANDS = ()
"""They hang below ``extension`` and ``tenant``, which ``manage`` has."""
