"""What the audit log is made of: who acts, and what is written down; each action with its words.

The log is append-only. Rows are written in the transaction of the change that they tell of, by the repositories
themselves, so that no way in can forget it; triggers in the database refuse to change them and to delete what is not
older than the time that it is kept (``AuditRepository.forget``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from store.permissions import Texts

Result = Literal["done", "refused"]
ActorKind = Literal["user", "command", "extension", "system"]

INSTALLATION = ""
"""In the place of a tenant: what concerns all of them."""

KEPT_FROM = "audit_kept_from"
"""Key of the database's own notes: the triggers let rows go that are older than this moment."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. kind: a user, somebody at the command line, a telephone of an extension, or the system by itself.

    name: of sign-in, or of the operating system's user. address: where a request came from, "" elsewhere.
    """

    kind: ActorKind
    name: str = ""
    user_id: str | None = None
    address: str = ""


SYSTEM = Actor("system")

AskWho = Callable[[], Actor]
"""Who acts at this moment."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What was acted on. kind: as in NotFound; id: stable; name: as people knew it then."""

    kind: str
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries. since, until: [since, until). who: a name. thing: an id or a name."""

    since: datetime | None = None
    until: datetime | None = None
    who: str = ""
    action: str = ""
    thing: str = ""


Details = Mapping[str, Any]
"""JSON; never a secret."""


def _texts(zh: str, en: str) -> Texts:
    return MappingProxyType({"zh-CN": zh, "en": en})


ACTIONS: Mapping[str, Texts] = MappingProxyType({
    name: _texts(zh, en)
    for name, zh, en in (
        ("session.sign_in", "登录", "Sign in"),
        ("session.sign_out", "退出登录", "Sign out"),
        ("request.forbid", "越权操作", "Act without permission"),
        ("tenant.create", "新建企业", "Create a tenant"),
        ("tenant.change", "修改企业", "Change a tenant"),
        ("user.create", "新建用户", "Create a user"),
        ("user.password", "更改密码", "Change a password"),
        ("user.locale", "更改界面语言", "Choose a language"),
        ("user.role", "更改角色", "Change a role"),
        ("user.enable", "启用用户", "Enable a user"),
        ("user.disable", "停用用户", "Disable a user"),
        ("user.delete", "删除用户", "Delete a user"),
        ("flow.create", "新建流程", "Create a flow"),
        ("flow.save", "保存流程", "Save a flow"),
        ("flow.delete", "删除流程", "Delete a flow"),
        ("flow.publish", "发布流程", "Publish a flow"),
        ("flow.delete_version", "删除流程版本", "Delete a version"),
        ("flow.export", "导出流程", "Export a flow"),
        ("number.ask", "申请号码", "Ask for a number"),
        ("number.give", "分配号码", "Give a number"),
        ("number.take", "收回号码", "Take a number back"),
        ("number.bind", "绑定号码", "Bind a number"),
        ("number.roll_back", "回退号码", "Roll a number back"),
        ("number.switch", "切换日夜", "Set the day/night switch"),
        ("number.delete", "放弃号码", "Give a number up"),
        ("calendar.set_day", "设置日子", "Set a day"),
        ("calendar.remove_day", "移除日子", "Remove a day"),
        ("calendar.import", "导入日历", "Import days"),
        ("calendar.export", "导出日历", "Export days"),
        ("prompt.upload", "上传语音", "Upload a prompt"),
        ("prompt.speak", "合成语音", "Speak a prompt"),
        ("prompt.rename", "语音改名", "Rename a prompt"),
        ("prompt.delete", "删除语音", "Delete a prompt"),
        ("speech.change", "更改朗读设置", "Change how texts are spoken"),
        ("extension.create", "新建分机", "Create an extension"),
        ("extension.change", "修改分机", "Change an extension"),
        ("extension.forward", "设置分机呼叫转移", "Set where an extension's calls go"),
        ("extension.allow", "设置分机呼出权限", "Set whom an extension may call"),
        ("extension.renew_secret", "更换分机密码", "Renew an extension's secret"),
        ("extension.delete", "删除分机", "Delete an extension"),
        ("group.create", "新建分机组", "Create a group"),
        ("group.change", "修改分机组", "Change a group"),
        ("group.delete", "删除分机组", "Delete a group"),
        ("calling.change", "更改内部呼出设置", "Change what holds for calls of extensions"),
        ("exchange.lock", "监听密码作废", "Take the PIN for monitoring away"),
        ("exchange.change", "修改总机设置", "Change the switchboard's settings"),
        ("call.monitor", "监听通话", "Listen in to a call"),
        ("call.transfer", "转接通话", "Transfer a call"),
        ("call.originate", "代拨电话", "Place a call"),
        ("trunk.create", "新建中继", "Create a trunk"),
        ("trunk.change", "修改中继", "Change a trunk"),
        ("trunk.delete", "删除中继", "Delete a trunk"),
        ("quota.change", "更改配额", "Change quotas"),
        ("quota.enforce", "清除超出配额的录音和留言", "Remove recordings and messages beyond a quota"),
        ("call.hang_up", "挂断通话", "Hang up a call"),
        ("recording.listen", "收听或下载录音", "Listen to a recording or download it"),
        ("voicemail.listen", "收听或下载留言", "Listen to a message or download it"),
        ("voicemail.mark", "标记留言", "Mark a message"),
        ("voicemail.delete", "删除留言", "Delete a message"),
        ("audit.export", "导出审计日志", "Export the audit log"),
        ("audit.forget", "清除到期的审计日志", "Remove what the audit log keeps no longer"),
    )
})  # fmt: skip
