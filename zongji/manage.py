"""``zongji tenant|user|extension|group|number|trunk|prompt``: what an installation needs before anybody can sign in."""

from __future__ import annotations

import getpass
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from zongji.data_folder import make_folder, private_files
from zongji.setting_options import setting_options
from zongji.settings import SettingError, Settings
from zongji.words import LOCALE, either, say

if TYPE_CHECKING:
    from store import Store
    from store.audit import Actor
    from store.models import Tenant, User


@contextmanager
def open_database(settings: Settings, *, create: bool = False) -> Iterator[Store]:
    """The store, brought to the present schema first; exits with 2 and a sentence where there is none.

    create: make data folder and database where they are missing.
    """
    from store import migrate, open_store

    if create:
        _make_folder(settings)
    elif settings.missing_database is not None:
        click.echo(say("data.missing", LOCALE, file=settings.missing_database), err=True)
        sys.exit(2)
    with private_files():
        migrate(settings.database_url)
        store = open_store(settings.database_url, actor=command_line)
        try:
            yield store
        finally:
            store.close()


def command_line() -> Actor:
    """Whoever types the commands, for the audit log: the operating system's user, behind sudo too."""
    from store.audit import Actor

    try:
        name = os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        name = str(os.getuid())
    return Actor("command", name)


def _make_folder(settings: Settings) -> None:
    try:
        make_folder(settings.data)
    except OSError as error:
        raise SettingError("data.unusable", path=settings.data, why=error) from error
    if settings.missing_database is not None:
        click.echo(say("made.database", LOCALE, file=settings.missing_database))


def tenant_named(store: Store, name: str | None) -> Tenant:
    """The tenant of that name, or the only one; exits with 2 and a sentence otherwise."""
    tenants = store.tenants.all()
    if name is not None:
        found = [tenant for tenant in tenants if tenant.name == name]
        problem = say("tenant.missing", LOCALE, name=name)
    else:
        found = tenants if len(tenants) == 1 else []
        names = ", ".join(tenant.name for tenant in tenants)
        problem = say("tenant.which", LOCALE, names=names) if tenants else say("tenant.none", LOCALE)
    if not found:
        click.echo(problem, err=True)
        sys.exit(2)
    return found[0]


def _user(store: Store, name: str) -> User:
    """The user who signs in under that name; raises NotFound."""
    from store import NotFound

    user = store.users.for_sign_in(unicodedata.normalize("NFC", name))
    if user is None:
        raise NotFound("user", name)
    return user


def _group(name: str, zh: str, en: str) -> click.Group:
    return click.Group(name, help=either(zh, en))


def name_argument(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Names that people can see and type again; exits with 2 otherwise."""
    name = unicodedata.normalize("NFC", value.strip())
    if not name or len(name) > 100 or not name.isprintable():
        click.echo(say("bad.name", LOCALE, value=value), err=True)
        context.exit(2)
    return name


class RoleName(click.ParamType):  # type: ignore[type-arg]  # generic in the newest click only
    """A role of ``store.permissions``, which is loaded when it is needed: most commands do without a database."""

    name = "role"

    def get_metavar(self, *asked: Any, **named: Any) -> str | None:
        return self._choice().get_metavar(*asked, **named)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return self._choice().convert(value, param, ctx)

    @staticmethod
    def _choice() -> click.Choice[str]:
        from store.permissions import ROLES

        return click.Choice(list(ROLES))


TENANT_OPTION = click.option(
    "--tenant", help=either("企业名称；只有一个企业时可省略", "tenant's name, if there are several")
)


def command(group: click.Group, name: str, zh: str, en: str) -> Callable[[Callable[..., None]], click.Command]:
    def decorate(function: Callable[..., None]) -> click.Command:
        return group.command(name, help=either(zh, en))(setting_options("data", "database")(function))

    return decorate


tenant_group = _group("tenant", "企业。", "Tenants.")
user_group = _group("user", "用户。", "Users.")
extension_group = _group("extension", "分机。", "Extensions.")
number_group = _group("number", "号码。", "Numbers.")
groups_group = _group("group", "分机组：一起接听来电的分机。", "Groups: extensions that take calls together.")
trunk_group = _group("trunk", "中继：通向运营商或另一台交换机的路。", "Trunks: ways to a carrier or another switch.")
prompt_group = _group("prompt", "语音。", "Prompts.")


@command(tenant_group, "list", "列出企业：名称、时区、SIP 域名。", "List the tenants: name, time zone, SIP domain.")
def list_tenants(settings: Settings) -> None:
    with open_database(settings) as store:
        default = store.tenants.default()
        for tenant in store.tenants.all():
            mark = f"\t{say('tenant.default', LOCALE)}" if default is not None and default.id == tenant.id else ""
            click.echo(f"{tenant.name}\t{tenant.timezone}\t{tenant.domain or '-'}{mark}")


@command(tenant_group, "add", "新建企业及其管理员。", "Create a tenant with its administrator.")
@click.argument("name", callback=name_argument)
@click.option("--admin", default="admin", show_default=True, callback=name_argument,
              help=either("管理员登录名", "administrator's sign-in name"))
@click.option("--domain", help=either("话机的 SIP 域名，如 pbx.example.cn", "SIP domain of its telephones"))
def add_tenant(settings: Settings, name: str, admin: str, domain: str | None) -> None:
    from designer.passwords import Passwords
    from store.seed import create_tenant, new_secret

    password = new_secret(12)
    with open_database(settings, create=True) as store:
        with store.transaction():
            made = create_tenant(store, name, admin=admin, password_hash=Passwords().hash(password))
            if domain is not None:
                store.tenants.set_domain(made.id, domain)
        first = store.tenants.default()
        unreachable = domain is None and first is not None and first.id != made.id
    click.echo(say("made.tenant", LOCALE, name=name, user=admin, password=password))
    if unreachable:
        click.echo(say("tenant.unreachable", LOCALE, name=name))


@command(user_group, "list", "列出用户。", "List the users.")
@TENANT_OPTION
def list_users(settings: Settings, tenant: str | None) -> None:
    with open_database(settings) as store:
        for user in every(store.users.page, tenant_named(store, tenant).id):
            disabled = "" if user.enabled else f"\t{say('user.disabled', LOCALE)}"
            click.echo(f"{user.name}\t{user.role}\t{user.display_name}{disabled}")


@command(user_group, "add", "新建用户。", "Create a user.")
@click.argument("name", callback=name_argument)
@click.option("--role", default="operator", show_default=True,
              type=RoleName(), help=either("角色", "what the user may do"))
@TENANT_OPTION
def add_user(settings: Settings, name: str, role: str, tenant: str | None) -> None:
    from designer.passwords import Passwords
    from store.seed import new_secret

    password = new_secret(12)
    with open_database(settings) as store:
        owner = tenant_named(store, tenant)
        store.users.create(owner.id, name, password_hash=Passwords().hash(password), role=role, by="cli")
    click.echo(say("made.user", LOCALE, name=name, password=password))


@command(user_group, "password", "给用户换一个新密码。", "Give a user a new password.")
@click.argument("name")
def reset_password(settings: Settings, name: str) -> None:
    from designer.passwords import Passwords
    from store.seed import new_secret

    password = new_secret(12)
    with open_database(settings) as store:
        user = _user(store, name)
        store.users.set_password(user.tenant_id, user.id, Passwords().hash(password), by="cli")
    click.echo(say("made.password", LOCALE, name=name, password=password))


@command(user_group, "remove", "删除用户；其登录即刻失效。", "Remove a user; their sessions end at once.")
@click.argument("name")
def remove_user(settings: Settings, name: str) -> None:
    with open_database(settings) as store:
        user = _user(store, name)
        store.users.delete(user.tenant_id, user.id, user.revision)
    click.echo(say("gone.user", LOCALE, name=user.name))


@command(user_group, "disable", "停用用户：不能再登录，已有的登录即刻失效。",
          "Keep a user from signing in; their sessions end at once.")
@click.argument("name")
def disable_user(settings: Settings, name: str) -> None:
    with open_database(settings) as store:
        user = _user(store, name)
        store.users.set_enabled(user.tenant_id, user.id, False, by="cli")
    click.echo(say("done.disabled", LOCALE, name=user.name))


@command(user_group, "enable", "重新启用已停用的用户。", "Let a disabled user sign in again.")
@click.argument("name")
def enable_user(settings: Settings, name: str) -> None:
    with open_database(settings) as store:
        user = _user(store, name)
        store.users.set_enabled(user.tenant_id, user.id, True, by="cli")
    click.echo(say("done.enabled", LOCALE, name=user.name))


@command(user_group, "role", "更改用户的角色；需要重新登录。",
          "Give a user another role; they have to sign in again.")
@click.argument("name")
@click.argument("role", type=RoleName())
def set_user_role(settings: Settings, name: str, role: str) -> None:
    with open_database(settings) as store:
        user = _user(store, name)
        store.users.set_role(user.tenant_id, user.id, role, by="cli")
    click.echo(say("done.role", LOCALE, name=user.name, role=role))


@command(extension_group, "list", "列出分机。", "List the extensions.")
@TENANT_OPTION
def list_extensions(settings: Settings, tenant: str | None) -> None:
    with open_database(settings) as store:
        for extension in store.extensions.all(tenant_named(store, tenant).id):
            click.echo(f"{extension.number}\t{extension.name}")


@command(extension_group, "add", "新建分机并显示一次 SIP 密码。", "Create an extension; shows its SIP password once.")
@click.argument("number")
@click.argument("name", default="")
@TENANT_OPTION
def add_extension(settings: Settings, number: str, name: str, tenant: str | None) -> None:
    from interpreter.sip.digest import make_ha1
    from store.seed import new_secret

    secret = new_secret()
    with open_database(settings) as store:
        owner = tenant_named(store, tenant)
        digests = make_ha1(number, owner.realm, secret)
        store.extensions.create(
            owner.id, number, name or number, ha1_md5=digests.md5, ha1_sha256=digests.sha256, by="cli"
        )
    click.echo(say("made.extension", LOCALE, number=number, secret=secret))


@command(trunk_group, "list", "列出中继：名称、地址、通道数、语音地址。",
          "List the trunks: name, address, channels, addresses of audio.")
@TENANT_OPTION
def list_trunks(settings: Settings, tenant: str | None) -> None:
    with open_database(settings) as store:
        for trunk in store.trunks.all(tenant_named(store, tenant).id):
            audio = ",".join(trunk.media_hosts) or "-"
            click.echo(f"{trunk.name}\t{trunk.address}\t{trunk.max_channels or '-'}\t{audio}")


@command(trunk_group, "add", "新建中继。ADDRESS 为 主机 或 主机:端口。",
          "Create a trunk. ADDRESS is HOST or HOST:PORT.")
@click.argument("name", callback=name_argument)
@click.argument("address")
@click.option("--channels", type=int, help=either("同时通话上限；不写为不限", "calls at once; without it no limit"))
@click.option("--media", multiple=True,
              help=either("语音来自的 IPv4 地址或网段，与信令地址不同时写；可写多次",
                          "IPv4 address or network of its audio, where not that of ADDRESS; may be repeated"))
@TENANT_OPTION
def add_trunk(
    settings: Settings, name: str, address: str, channels: int | None, media: tuple[str, ...], tenant: str | None
) -> None:
    with open_database(settings) as store:
        made = store.trunks.create(tenant_named(store, tenant).id, name, address, channels, media_hosts=media, by="cli")
    click.echo(say("made.trunk", LOCALE, name=made.name, address=made.address))


@command(trunk_group, "remove", "删除中继；通话中的电话不受影响。", "Remove a trunk; calls in progress go on.")
@click.argument("name")
@TENANT_OPTION
def remove_trunk(settings: Settings, name: str, tenant: str | None) -> None:
    from store import NotFound

    with open_database(settings) as store:
        owner = tenant_named(store, tenant)
        found = [trunk for trunk in store.trunks.all(owner.id) if trunk.name == name]
        if not found:
            raise NotFound("trunk", name)
        store.trunks.delete(owner.id, found[0].id, found[0].revision)
    click.echo(say("gone.trunk", LOCALE, name=name))


@command(prompt_group, "list", "列出语音。", "List the prompts.")
@TENANT_OPTION
def list_prompts(settings: Settings, tenant: str | None) -> None:
    with open_database(settings) as store:
        for prompt in store.prompts.all(tenant_named(store, tenant).id):
            click.echo(f"{prompt.name}\t{prompt.seconds:.1f} s\t{prompt.source}\t{prompt.text}")


def every(page: Callable[..., Any], tenant_id: str) -> Iterator[Any]:
    """Every row of a paged list."""
    from store import Query

    number = 1
    while True:
        got = page(tenant_id, Query(page=number, size=200))
        yield from got.items
        if number * 200 >= got.total:
            return
        number += 1


COMMANDS = (tenant_group, user_group, extension_group, groups_group, number_group, trunk_group, prompt_group)
