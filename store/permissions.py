"""What people may do: permissions, and the roles that are sets of them; defined here for page, API and command line.

A permission's name is stable, ``SUBJECT.ACT``: the API names one for each of its operations, the page offers what the
session's permissions cover. Whatever needs none is for everybody who has signed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

Texts = Mapping[str, str]
"""Language -> text."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that somebody may do. texts: what, as the answer to "who may ...?"."""

    name: str
    texts: Texts


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of permissions. name: as users' rows keep it."""

    name: str
    texts: Texts
    permissions: frozenset[str]


def _texts(zh: str, en: str) -> Texts:
    return MappingProxyType({"zh-CN": zh, "en": en})


PERMISSIONS: Mapping[str, Permission] = MappingProxyType({
    name: Permission(name, _texts(zh, en))
    for name, zh, en in (
        ("flows.read", "查看流程、版本和统计，检查流程", "see flows, versions and counts, check flows"),
        ("flows.edit", "新建、修改、导入和删除流程", "create, change, import and delete flows"),
        ("flows.publish", "发布流程，删除旧版本", "publish flows, delete old versions"),
        ("numbers.read", "查看号码", "see numbers"),
        ("numbers.edit", "申请和放弃号码", "ask for numbers and give them up"),
        ("numbers.bind", "绑定和回退号码，启用和停用号码", "bind numbers and roll them back, switch them on and off"),
        ("numbers.switch", "切换日间和夜间", "set the day/night switch"),
        ("calendar.read", "查看节假日", "see the calendar"),
        ("calendar.edit", "修改和导入节假日", "change and import days of the calendar"),
        ("prompts.read", "查看和试听语音", "see prompts and listen to them"),
        ("prompts.edit", "上传、合成、改名和删除语音", "upload, speak, rename and delete prompts"),
        ("extensions.read", "查看分机", "see extensions"),
        ("extensions.edit", "新建、修改和删除分机，更换密码", "create, change and delete extensions, renew secrets"),
        ("groups.read", "查看分机组", "see groups of extensions"),
        ("groups.edit", "新建、修改和删除分机组", "create, change and delete groups of extensions"),
        ("calls.read", "查看通话记录", "see finished calls"),
        ("calls.watch", "查看进行中的通话", "watch calls in progress"),
        ("calls.hang_up", "挂断进行中的通话", "hang up calls in progress"),
        ("calls.place", "代拨电话", "place calls for an extension"),
        ("calls.transfer", "转接和接管进行中的通话", "transfer calls in progress and take them over"),
        ("calls.listen_in", "监听、耳语和强插进行中的通话", "listen in to calls in progress, whisper, barge in"),
        ("recordings.listen", "收听和下载录音", "listen to recordings and download them"),
        ("voicemail.read", "查看和收听留言", "see messages and listen to them"),
        ("voicemail.edit", "标记和删除留言", "mark and delete messages"),
        ("settings.read", "查看企业设置和用量", "see the company's settings and what it uses"),
        ("settings.edit", "修改企业设置", "change the company's settings"),
        ("users.edit", "管理用户", "manage users"),
        ("audit.read", "查看和导出审计日志", "see the audit log and export it"),
    )
})  # fmt: skip

_LOOKING = (
    "flows.read", "numbers.read", "calendar.read", "prompts.read", "extensions.read", "groups.read", "calls.read",
    "calls.watch", "recordings.listen", "voicemail.read", "settings.read",
)  # fmt: skip

ADMINISTRATOR = "administrator"

ROLES: Mapping[str, Role] = MappingProxyType({
    name: Role(name, _texts(zh, en), frozenset(permissions))
    for name, zh, en, permissions in (
        (ADMINISTRATOR, "管理员", "administrator", PERMISSIONS.keys()),
        ("operator", "话务员", "operator", (
            *_LOOKING, "prompts.edit", "calendar.edit", "numbers.switch", "voicemail.edit", "calls.hang_up",
            "calls.place", "calls.transfer",
        )),
        ("supervisor", "班长", "supervisor", (
            *_LOOKING, "voicemail.edit", "calls.hang_up", "calls.place", "calls.transfer", "calls.listen_in",
            "groups.edit",
        )),
        ("qa", "质检", "QA", _LOOKING),
    )
})  # fmt: skip


def permissions_of(role: str) -> frozenset[str]:
    """What a role may do; nothing where there is no such role any more."""
    found = ROLES.get(role)
    return found.permissions if found is not None else frozenset()


def role_texts(role: str) -> Texts:
    """How a role is called; its name where there is no such role any more."""
    found = ROLES.get(role)
    return found.texts if found is not None else _texts(role, role)


def in_order(names: Iterable[str]) -> list[str]:
    """Permissions in the order of their definition."""
    wanted = set(names)
    return [name for name in PERMISSIONS if name in wanted]
