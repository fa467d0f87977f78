"""``zongji number``: the installation's numbers, which the platform gives to tenants and takes back."""

from __future__ import annotations

import sys

import click

from zongji.manage import TENANT_OPTION, command, every, number_group, open_database, tenant_named
from zongji.settings import Settings
from zongji.words import LOCALE, say


@command(number_group, "list", "列出企业的号码及其绑定。", "List a tenant's numbers and what is bound to them.")
@TENANT_OPTION
def list_numbers(settings: Settings, tenant: str | None) -> None:
    with open_database(settings) as store:
        for entry in every(store.numbers.page, tenant_named(store, tenant).id):
            bound = f"{entry.flow_name} v{entry.version}" if entry.release else "-"
            asked = "" if entry.number.given else f"\t{say('number.asked', LOCALE)}"
            click.echo(f"{entry.number.text}\t{bound}{asked}")


@command(number_group, "asked", "列出各企业申请的号码。", "List the numbers that tenants ask for.")
def list_asked(settings: Settings) -> None:
    with open_database(settings) as store:
        for number, tenant in store.numbers.asked():
            click.echo(f"{number.text}\t{tenant}\t{number.updated_by}")


@command(number_group, "give", "把号码分配给企业。", "Give a number to a tenant.")
@click.argument("number")
@click.argument("tenant", required=False)
def give_number(settings: Settings, number: str, tenant: str | None) -> None:
    _give(settings, number, tenant)


@command(number_group, "add", "同 give：把号码分配给企业。", "The same as give.")
@click.argument("number")
@TENANT_OPTION
def add_number(settings: Settings, number: str, tenant: str | None) -> None:
    _give(settings, number, tenant)


@command(number_group, "take", "收回号码：不再有流程接听。", "Take a number back: no flow answers it any more.")
@click.argument("number")
def take_number(settings: Settings, number: str) -> None:
    with open_database(settings) as store:
        tenant = store.numbers.take(number)
    if tenant is None:
        click.echo(say("number.nobody", LOCALE, number=number), err=True)
        sys.exit(2)
    click.echo(say("gone.number", LOCALE, number=number, tenant=tenant))


def _give(settings: Settings, number: str, tenant: str | None) -> None:
    with open_database(settings) as store:
        owner = tenant_named(store, tenant)
        made = store.numbers.create(owner.id, number, by="cli")
    click.echo(say("made.number", LOCALE, number=made.text, tenant=owner.name))


COMMANDS = ()
"""They hang below ``number``, which ``manage`` has."""
