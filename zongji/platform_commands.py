"""``zongji tenant quota|limit|domain|default``, ``tidy``, ``audit``: what the platform sets and does for tenants."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import TypeVar

import click

from zongji.data_folder import private_files
from zongji.manage import TENANT_OPTION, command, open_database, tenant_group, tenant_named
from zongji.setting_options import setting_options
from zongji.settings import Settings
from zongji.words import LOCALE, either, say

Number = TypeVar("Number", int, float)

SIZES = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


@command(tenant_group, "quota", "查看企业的额度，或用 --set 更改。", "Show a tenant's quotas, or change them by --set.")
@click.argument("name", required=False)
@click.option("--set", "changes", metavar="WHAT=AMOUNT", multiple=True,
              help=either("如 audio=2GB、flows=100；default 恢复默认值；可重复",
                          "such as audio=2GB, flows=100 or flows=default; may be repeated"))
def tenant_quota(settings: Settings, name: str | None, changes: tuple[str, ...]) -> None:
    from store.quotas import LABELS, shown

    most = dict(map(_change, changes))
    with open_database(settings) as store:
        tenant = tenant_named(store, name)
        store.quotas.set(tenant.id, most)
        for usage in store.quotas.all(tenant.id):
            label = LABELS[usage.name][LOCALE != "zh-CN"]
            click.echo(f"{usage.name}\t{shown(usage.name, usage.used)} / {shown(usage.name, usage.most)}\t{label}")


@command(tenant_group, "limit", "查看企业的通话上限，或用 --calls 和 --calls-per-second 更改。",
         "Show a tenant's limits on calls, or change them by --calls and --calls-per-second.")
@click.argument("name", required=False)
@click.option("--calls", metavar="N|none", help=either("同时通话数；none 为不限", "calls at once; none for no limit"))
@click.option("--calls-per-second", "rate", metavar="N|none",
              help=either("每秒新呼叫数；none 为不限", "calls that begin a second; none for no limit"))
def tenant_limit(settings: Settings, name: str | None, calls: str | None, rate: str | None) -> None:
    with open_database(settings) as store:
        tenant = tenant_named(store, name)
        if calls is not None or rate is not None:
            tenant = store.tenants.set_limits(
                tenant.id,
                max_calls=tenant.max_calls if calls is None else _limit(calls, int),
                calls_per_second=tenant.calls_per_second if rate is None else _limit(rate, float),
            )
        click.echo(say(
            "tenant.limits", LOCALE, name=tenant.name, calls=_shown(tenant.max_calls),
            rate=_shown(tenant.calls_per_second),
        ))


def _limit(text: str, kind: Callable[[str], Number]) -> Number | None:
    """None for ``none``; exits with 2 and a sentence for what is no number."""
    try:
        return None if text == "none" else kind(text)
    except ValueError:
        click.echo(say("bad.limit", LOCALE, value=text), err=True)
        sys.exit(2)


def _shown(limit: float | None) -> str:
    return say("tenant.unlimited", LOCALE) if limit is None else f"{limit:g}"


@command(tenant_group, "domain", "查看企业话机的 SIP 域名，或设为 DOMAIN。",
         "Show the SIP domain of a tenant's telephones, or set it to DOMAIN.")
@click.argument("name")
@click.argument("domain", required=False)
@click.option("--none", "remove", is_flag=True, help=either("去掉域名", "take the domain away"))
def tenant_domain(settings: Settings, name: str, domain: str | None, remove: bool) -> None:
    with open_database(settings) as store:
        tenant = tenant_named(store, name)
        if domain is not None or remove:
            tenant = store.tenants.set_domain(tenant.id, None if remove else domain)
        word = "tenant.no_domain" if tenant.domain is None else "tenant.domain"
        click.echo(say(word, LOCALE, name=name, domain=tenant.domain))


@command(tenant_group, "default", "查看没有写明域名的话机属于哪家企业，或改为 NAME。",
         "Show to which tenant telephones belong that name no domain, or make it NAME.")
@click.argument("name", required=False)
def tenant_default(settings: Settings, name: str | None) -> None:
    with open_database(settings) as store:
        if name is not None:
            store.tenants.set_default(tenant_named(store, name).id)
        default = store.tenants.default() or tenant_named(store, None)
        click.echo(say("tenant.is_default", LOCALE, name=default.name))


def _change(text: str) -> tuple[str, int | None]:
    """``audio=2GB`` -> ("audio", 2000000000), None for ``default``; exits with 2 and a sentence for anything else."""
    from store.quotas import BYTES, NAMES

    name, _, amount = (part.strip() for part in text.partition("="))
    found = re.fullmatch(r"([0-9]{1,12})\s*([A-Za-z]*)", amount)
    unit = found[2].upper() if found else ""
    if name not in NAMES:
        click.echo(say("bad.quota", LOCALE, value=name, names=", ".join(NAMES)), err=True)
    elif amount == "default":
        return name, None
    elif found and unit in (SIZES if name in BYTES else {"": 1}):
        return name, int(found[1]) * SIZES[unit]
    else:
        click.echo(say("bad.amount", LOCALE, value=amount), err=True)
    sys.exit(2)


@click.command("tidy", help=either(
    "清理：删除无人使用的语音、超出额度的旧录音和没有记录的文件。运行中的服务每小时自动清理一次。",
    "Remove unused audio, old recordings beyond quotas and files without a record. A server does so every hour.",
))
@setting_options("data", "database")
def tidy(settings: Settings) -> None:
    from designer.upkeep import Upkeep

    with open_database(settings) as store, private_files():
        tidied = Upkeep(store, settings.data, audit_days=settings.audit_days).run()
    click.echo(say("done.tidy", LOCALE, audio=tidied.audio, beyond=tidied.beyond, orphans=tidied.orphans))


@click.command("audit", help=either(
    "列出审计日志中最新的记录，新的在前：时间、操作人、来源、操作、对象、结果。",
    "List the newest entries of the audit log, the newest first: time, who, from where, what, on what, result.",
))
@TENANT_OPTION
@click.option("--all", "whole", is_flag=True, help=either(
    "只列不属于任何企业的记录", "list what concerns the whole installation, no tenant",
))
@click.option("--last", type=click.IntRange(1, 500), default=50, show_default=True,
              help=either("最多列多少条", "how many at most"))
@setting_options("data", "database")
def audit(settings: Settings, tenant: str | None, whole: bool, last: int) -> None:
    from store import Query
    from store.audit import INSTALLATION

    with open_database(settings) as store:
        owner = INSTALLATION if whole else tenant_named(store, tenant).id
        for entry in store.audit.page(owner, Query(size=last)).items:
            at = entry.at.isoformat(sep=" ", timespec="seconds")
            who = entry.actor or entry.actor_kind
            click.echo("\t".join((at, who, entry.address or "-", entry.action, entry.object_name or "-", entry.result)))


COMMANDS = (tidy, audit)
