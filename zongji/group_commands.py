"""``zongji group``: extensions that take calls together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zongji.manage import TENANT_OPTION, command, groups_group, name_argument, open_database, tenant_named
from zongji.settings import Settings
from zongji.words import LOCALE, either, say

if TYPE_CHECKING:
    from store import Store
    from store.records import GroupEntry, Membership

STRATEGIES = ("sequential", "simultaneous", "random", "weighted", "round_robin", "longest_idle")

STRATEGY_OPTION = click.option(
    "--strategy",
    type=click.Choice(STRATEGIES),
    help=either(
        "空闲的分机里谁先接：按顺序、一起振铃、随机、按权重、轮流、最久空闲",
        "who of those that are free: in order, all at once, by chance, by weight, each in turn, longest idle",
    ),
)


@command(groups_group, "list", "列出分机组：名称、分配方式、分机及其权重。",
          "List the groups: name, strategy, extensions with their weights.")
@TENANT_OPTION
def list_groups(settings: Settings, tenant: str | None) -> None:
    with open_database(settings) as store:
        for entry in store.groups.all(tenant_named(store, tenant).id):
            members = " ".join(_written(member) for member in entry.members) or "-"
            click.echo(f"{entry.group.name}\t{entry.group.strategy}\t{members}")


@command(groups_group, "add", "新建分机组。EXTENSION 为分机号，或 分机号:权重。",
          "Create a group. EXTENSION is its number, or NUMBER:WEIGHT.")
@click.argument("name", callback=name_argument)
@click.argument("extensions", metavar="[EXTENSION]...", nargs=-1)
@STRATEGY_OPTION
@TENANT_OPTION
def add_group(
    settings: Settings, name: str, extensions: tuple[str, ...], strategy: str | None, tenant: str | None
) -> None:
    with open_database(settings) as store:
        owner = tenant_named(store, tenant).id
        store.groups.create(owner, name, strategy or STRATEGIES[0], _members(extensions), by="cli")
    click.echo(say("made.group", LOCALE, name=name))


@command(groups_group, "set", "更换分机组的分机；不写 --strategy 则分配方式不变。",
          "Replace a group's extensions; without --strategy that stays.")
@click.argument("name")
@click.argument("extensions", metavar="[EXTENSION]...", nargs=-1)
@STRATEGY_OPTION
@TENANT_OPTION
def set_group(
    settings: Settings, name: str, extensions: tuple[str, ...], strategy: str | None, tenant: str | None
) -> None:
    with open_database(settings) as store:
        owner = tenant_named(store, tenant).id
        group = _named(store, owner, name).group
        members, strategy = _members(extensions), strategy or group.strategy
        store.groups.update(owner, group.id, group.revision, name=name, strategy=strategy, members=members, by="cli")
    click.echo(say("done.group", LOCALE, name=name))


@command(groups_group, "remove", "删除没有流程使用的分机组；分机保留。",
          "Remove a group that no flow names; its extensions stay.")
@click.argument("name")
@TENANT_OPTION
def remove_group(settings: Settings, name: str, tenant: str | None) -> None:
    from designer.uses import refuse_if_used
    from interpreter.nodes.references import Reference

    with open_database(settings) as store:
        owner = tenant_named(store, tenant).id
        group = _named(store, owner, name).group
        refuse_if_used(store, owner, Reference("group", name))
        store.groups.delete(owner, group.id, group.revision)
    click.echo(say("gone.group", LOCALE, name=name))


def _named(store: Store, tenant_id: str, name: str) -> GroupEntry:
    """Raises NotFound."""
    from store import NotFound

    found = next((entry for entry in store.groups.all(tenant_id) if entry.group.name == name), None)
    if found is None:
        raise NotFound("group", name)
    return found


def _members(extensions: tuple[str, ...]) -> list[Membership]:
    """Raises BadValue for a weight that is none."""
    from store import BadValue
    from store.records import Membership

    members = []
    for written in extensions:
        number, _, weight = written.partition(":")
        if weight and not weight.isdecimal():
            raise BadValue("members", f"权重应为整数：{written}", f"a weight is a whole number: {written}")
        members.append(Membership(number, int(weight or 1)))
    return members


def _written(member: Membership) -> str:
    return member.number if member.weight == 1 else f"{member.number}:{member.weight}"


COMMANDS = ()
"""They hang below ``group``, which ``manage`` has."""
