"""``zongji extension allow``, ``zongji tenant calls``: whom extensions may call, what is shown and recorded."""

from __future__ import annotations

import click

from numbering.reach import CALLS
from zongji.manage import TENANT_OPTION, command, extension_group, open_database, tenant_group, tenant_named
from zongji.settings import Settings
from zongji.words import LOCALE, either, say


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
    from store import NotFound
    from store.calling import Outside

    with open_database(settings) as store:
        owner = tenant_named(store, tenant)
        found = [extension for extension in store.extensions.all(owner.id) if extension.number == number]
        if not found:
            raise NotFound("extension", number)
        outside = Outside(calls, countries, shows)
        store.extensions.allow(owner.id, found[0].id, found[0].revision, outside=outside, by="cli")
    click.echo(say("done.allowed", LOCALE, number=number, calls=calls))


@command(tenant_group, "calls", "查看或设置分机外呼显示的号码和录音。",
         "See or set the number that calls of extensions show, and what is recorded of them.")
@click.option("--shows", help=either("显示的号码；写 - 为不设", "number that is shown; - for none"))
@click.option("--record",
              help=either("录音：off 或 answered（接听后）", "what is recorded: off or answered (from the answer on)"))
@TENANT_OPTION
def tenant_calls(settings: Settings, shows: str | None, record: str | None, tenant: str | None) -> None:
    from store.numbers import display

    with open_database(settings) as store:
        owner = tenant_named(store, tenant)
        now = store.calling.get(owner.id)
        if shows is not None or record is not None:
            number = now.shown_number if shows is None else None if shows == "-" else shows
            now = store.calling.put(
                owner.id, now.revision, shown_number=number, record=record or now.record, by="cli"
            )
    click.echo(f"{display(now.shown_number) if now.shown_number else '-'}\t{now.record}")


COMMANDS = ()
"""They hang below ``extension`` and ``tenant``, which ``manage`` has."""
