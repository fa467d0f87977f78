"""The front door's own words in both languages, and which language to speak.

Each entry is ``code: (zh-CN, en)``; ``{name}`` places are filled by ``say``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from interpreter import system_errors

LOCALES = ("zh-CN", "en")

WORDS: dict[str, tuple[str, str]] = {
    "setting.bad": (
        "设置 {name} 的值“{value}”不可用：{why}（来源：{source}）。",
        "Setting {name} cannot be {value!r}: {why} (from {source}).",
    ),
    "setting.unknown": (
        "设置文件 {source} 里有不认识的设置“{name}”。运行 `zongji settings` 可查看全部设置。",
        "The settings file {source} has an unknown setting {name!r}. `zongji settings` lists them all.",
    ),
    "setting.file": (
        "读不了设置文件 {source}：{why}",
        "Cannot read the settings file {source}: {why}",
    ),
    "backup.exists": (
        "文件 {file} 已存在，不会覆盖。请换一个文件名，或先删除它。",
        "{file} is there already and is left as it is. Name another file, or remove it first.",
    ),
    "backup.unwritten": ("写不了 {file}：{why}", "Cannot write {file}: {why}"),
    "backup.no_file": ("没有文件 {file}。", "There is no file {file}."),
    "backup.foreign": ("{file} 不是总机的备份文件。", "{file} is no backup of Zongji."),
    "backup.damaged": ("备份文件 {file} 已损坏：{why}", "The backup {file} is damaged: {why}"),
    "backup.cut_off": ("备份文件 {file} 不完整。", "The backup {file} is cut off."),
    "backup.wrong_sum": (
        "备份文件 {file} 的内容与其校验和不符，没有恢复任何内容。",
        "What {file} holds does not fit its checksums; nothing was restored.",
    ),
    "backup.occupied": (
        "数据目录 {folder} 里已有数据。请用 --data 指定空目录，或加 --replace 把它改名保留后再恢复。",
        "The data folder {folder} is not empty. Name an empty one with --data, or rename and keep it by --replace.",
    ),
    "backup.restoring": (
        "{folder} 已存在：另一次恢复正在进行，或曾中断。确认没有在恢复后请删除它。",
        "{folder} is there: another restore is going on, or was broken off. Remove it once none is.",
    ),
    "backup.other_database": (
        "备份来自 {theirs} 数据库，而设置的是 {ours}。请用 --database 指定同类数据库。",
        "The backup is of a {theirs} database, the settings name {ours}. Name one of the same kind with --database.",
    ),
    "backup.made": (
        "已备份到 {file}：{files} 个文件，{size} MB。其中有密码摘要与密钥，请妥善保管。",
        "Saved in {file}: {files} files, {size} MB. It holds password digests and keys: keep it safe.",
    ),
    "backup.restored": ("已恢复到 {folder}。", "Restored into {folder}."),
    "backup.aside": ("原来的数据目录保留在 {folder}。", "The former data folder is kept as {folder}."),
    "data.lost_database": (
        "数据库 {database} 是空的，但数据目录里已有以前的数据（{file}）。请用 --database 指定原来的数据库，"
        "或用 zongji restore 恢复备份；要从头开始，请用 --data 指定空目录。",
        "The database {database} is empty, but the data folder holds what an installation left ({file}). Name its "
        "database with --database, or bring a backup back with zongji restore; to begin anew name an empty folder "
        "with --data.",
    ),
    "why.address": ("应为 主机:端口，如 127.0.0.1:8080", "expected HOST:PORT, such as 127.0.0.1:8080"),
    "why.sip": (
        "应为 udp:主机:端口，如 udp:127.0.0.1:5060",
        "expected udp:HOST:PORT, such as udp:127.0.0.1:5060",
    ),
    "why.voice": ("应为 auto 或 espeak", "expected auto or espeak"),
    "why.external": (
        "应为他人能连到的 IPv4 地址，如 203.0.113.5，或有 IPv4 地址的名称",
        "expected an IPv4 address that others reach, such as 203.0.113.5, or a name that has one",
    ),
    "why.no_ipv4": (
        "这个名称没有 IPv4 地址，或名称服务器没有应答",
        "the name has no IPv4 address, or no name server answers",
    ),
    "why.network": ("“{text}”既不是 IP 地址，也不是网段", "{text!r} is neither an IP address nor a network"),
    "why.whole": ("应为 {low} 到 {high} 的整数", "expected a whole number from {low} to {high}"),
    "why.seconds": ("应为 {low:g} 到 {high:g} 的秒数", "expected a number of seconds from {low:g} to {high:g}"),
    "why.clock": ("应为秒数", "expected a number of seconds"),
    "why.ports": (
        "应为 起-止，如 16000-31998，且低于 32768",
        "expected FIRST-LAST, such as 16000-31998, below 32768",
    ),
    "why.locale": ("应为 zh-CN 或 en", "expected zh-CN or en"),
    "why.log_level": ("应为 DEBUG、INFO、WARNING 或 ERROR", "expected DEBUG, INFO, WARNING or ERROR"),
    "why.utf8": ("不是 UTF-8 文本", "it is not UTF-8 text"),
    "why.toml": ("不是有效的 TOML：第 {line} 行第 {column} 列", "it is not valid TOML: line {line}, column {column}"),
    "why.toml_end": ("不是有效的 TOML：文件结尾处不完整", "it is not valid TOML: it ends too early"),
    "why.yesno": ("应为 1 或 0", "expected 1 or 0"),
    "why.yesnoauto": ("应为 1、0 或 auto", "expected 1, 0 or auto"),
    "data.unusable": (
        "不能使用数据目录 {path}：{why}。请用 --data 指定可写的目录。",
        "Cannot use the data folder {path}: {why}. Name a writable one with --data.",
    ),
    "data.missing": (
        "没有数据库 {file}。请用 --data 指定总机的数据目录；"
        "新装的总机先运行 `zongji serve` 或 `zongji tenant add 名称`。",
        "There is no database {file}. Name Zongji's data folder with --data; a new one begins with `zongji serve` "
        "or `zongji tenant add NAME`.",
    ),
    "data.busy": (
        "另一个总机正在使用数据目录 {path}（进程 {pid}）。请先停止它，或用 --data 指定另一个目录。",
        "Another Zongji is using the data folder {path} (process {pid}). Stop it first, "
        "or name another folder with --data.",
    ),
    "serve.starting": ("正在启动总机……", "Starting Zongji ..."),
    "serve.seeding": (
        "首次启动：正在建立演示企业并合成提示音……",
        "First start: creating the demo tenant and speaking its prompts ...",
    ),
    "demo.prompts": (
        "演示流程的语音合成失败：{why}。请确认已安装 espeak-ng，然后重试。",
        "The demo flow's prompts could not be spoken: {why}. See that espeak-ng is installed and try again.",
    ),
    "serve.ready": ("总机已就绪。", "Zongji is ready."),
    "serve.page": ("网页", "Page"),
    "serve.user": ("管理员", "Administrator"),
    "serve.password": ("密码", "Password"),
    "serve.password_changed": ("（已由您修改）", "(changed by you)"),
    "serve.sip": ("SIP 地址", "SIP address"),
    "serve.dial": ("拨打", "Dial"),
    "serve.extension": ("分机 {number} {name}：密码 {secret}", "extension {number} {name}: password {secret}"),
    "serve.hours": (
        "演示流程在工作日 9:00–18:00（按中国节假日与调休）转接分机，其余时间进入夜间留言。"
        "想换个时间试，可把时钟拨快：make run ARGS=\"--clock 秒数\"",
        "The demo flow connects Monday to Friday 9:00-18:00 (by Chinese holidays and make-up workdays) and leads to "
        'the night voicemail at other times. To try another time, put the clock ahead: make run ARGS="--clock SECONDS"',
    ),
    "serve.forgotten": (
        "演示企业的密码没有保存下来（没有 {file}）。换一个管理员密码：zongji user password admin --data {data}",
        "The demo tenant's passwords were not kept ({file} is missing). For a new administrator's password: "
        "zongji user password admin --data {data}",
    ),
    "serve.open": (
        "只监听本机。要让网络上的话机注册：make run ARGS=\"--sip udp:本机地址:5060 --web 0.0.0.0:8080\"",
        'Only this machine is listened to. To let telephones of your network register: '
        'make run ARGS="--sip udp:YOUR-ADDRESS:5060 --web 0.0.0.0:8080"',
    ),
    "serve.stop_hint": ("按 Ctrl-C 停止。", "Ctrl-C stops it."),
    "serve.database_away": (
        "数据库没有应答，先按上次所知接听电话，页面等数据库恢复后再打开。{why}",
        "The database is away: calls are taken by what was known last, and the page waits for it. {why}",
    ),
    "serve.died": (
        "{what} 进程已退出（状态 {status}），{seconds:g} 秒后重新启动。日志：{log}",
        "The {what} process ended (status {status}); restarting it in {seconds:g} s. Log: {log}",
    ),
    "serve.no_start": (
        "{what} 进程无法启动：{why}。{seconds:g} 秒后再试。",
        "The {what} process could not be started: {why}. Trying again in {seconds:g} s.",
    ),
    "serve.unwell": (
        "{what} 进程{why}，正在结束它并重新启动。日志：{log}",
        "The {what} process {why}; it is ended and started again. Log: {log}",
    ),
    "unwell.silent": ("没有应答", "does not answer"),
    "unwell.journal": ("不再写通话日志", "keeps no journal of calls any more"),
    "unwell.mover": ("不再把通话记录写入数据库", "moves no call records to the database any more"),
    "unwell.media": ("不再收发声音", "sends and hears no audio any more"),
    "unwell.recorder": ("不再写录音文件", "writes no recordings any more"),
    "unwell.names": ("不再查询中继的地址", "looks up no trunk's address any more"),
    "serve.gave_up": (
        "{what} 进程启动不了（状态 {status}），总机停止。原因见上面的消息。",
        "The {what} process cannot start (status {status}), so Zongji stops. The message above says why.",
    ),
    "serve.slow": (
        "{what} 在 {seconds:g} 秒内没有就绪；继续等待。日志：{log}",
        "{what} was not ready within {seconds:g} s; still waiting. Log: {log}",
    ),
    "serve.stopping": ("正在停止……", "Stopping ..."),
    "serve.stopped": ("总机已停止。", "Zongji has stopped."),
    "web": ("网页", "web"),
    "runtime": ("通话", "runtime"),
    "flow.unreadable": ("读不了流程 {path}：{why}", "Cannot read the flow {path}: {why}"),
    "flow.clean": ("没有问题。", "No issues."),
    "flow.counts": ("{errors} 个错误，{warnings} 个警告", "{errors} errors, {warnings} warnings"),
    "error": ("错误", "error"),
    "warning": ("警告", "warning"),
    "tenant.missing": (
        "没有名为“{name}”的企业。`zongji tenant list` 可列出全部。",
        "There is no tenant named {name!r}. `zongji tenant list` lists them.",
    ),
    "tenant.which": (
        "有多个企业，请用 --tenant 指定一个：{names}",
        "There are several tenants; name one with --tenant: {names}",
    ),
    "tenant.none": (
        "还没有企业。请先运行 `zongji tenant add 名称`，或用 `zongji serve --demo`。",
        "There is no tenant yet. Run `zongji tenant add NAME` first, or `zongji serve --demo`.",
    ),
    "made.database": ("新建数据库 {file}", "New database {file}"),
    "made.user": ("已建立用户 {name}，密码：{password}", "User {name} created, password: {password}"),
    "made.password": ("用户 {name} 的新密码：{password}", "New password of user {name}: {password}"),
    "done.allowed": ("分机 {number} 的呼出权限：{calls}", "Extension {number} may call: {calls}"),
    "made.extension": ("已建立分机 {number}，SIP 密码：{secret}", "Extension {number} created, SIP password: {secret}"),
    "made.number": ("号码 {number} 已分配给 {tenant}", "Number {number} given to {tenant}"),
    "gone.number": ("已从 {tenant} 收回号码 {number}", "Number {number} taken back from {tenant}"),
    "number.nobody": ("号码 {number} 没有分配给任何企业", "The number {number} was given to nobody"),
    "number.asked": ("申请中", "asked for"),
    "tenant.limits": (
        "{name} 同时通话上限：{calls}；每秒新呼叫上限：{rate}",
        "{name} may have calls at once: {calls}; calls that begin a second: {rate}",
    ),
    "tenant.unlimited": ("不限", "no limit"),
    "tenant.default": ("默认", "default"),
    "tenant.unreachable": (
        "{name} 还没有 SIP 域名，话机无法登记。请运行 `zongji tenant domain {name} 域名`。",
        "{name} has no SIP domain yet, so that no telephone can register. Run `zongji tenant domain {name} DOMAIN`.",
    ),
    "tenant.domain": ("{name} 的 SIP 域名：{domain}", "SIP domain of {name}: {domain}"),
    "tenant.no_domain": ("{name} 没有 SIP 域名", "{name} has no SIP domain"),
    "tenant.is_default": (
        "没有写明域名的话机属于 {name}",
        "Telephones that name no domain of a tenant belong to {name}",
    ),
    "bad.quota": ("没有“{value}”这种额度，可用：{names}", "There is no quota {value!r}, only: {names}"),
    "bad.limit": ("“{value}”不是数字，应如 30 或 none", "{value!r} is no number; write it like 30 or none"),
    "bad.amount": (
        "“{value}”不是数量，应如 500、300MB、2GB 或 default。",
        "{value!r} is no amount; write it like 500, 300MB, 2GB or default.",
    ),
    "done.tidy": (
        "已删除：无人使用的语音 {audio} 个，超出额度的旧录音和留言 {beyond} 个，没有记录的文件 {orphans} 个",
        "Removed: unused audio {audio}, recordings and messages beyond quotas {beyond}, files of no record {orphans}",
    ),
    "made.group": ("已建立分机组 {name}", "Group {name} created"),
    "done.group": ("已更换分机组 {name} 的分机", "Group {name} has new extensions"),
    "gone.group": ("已删除分机组 {name}", "Group {name} removed"),
    "made.trunk": ("已建立中继 {name}，地址 {address}", "Trunk {name} created, address {address}"),
    "user.disabled": ("已停用", "disabled"),
    "gone.user": ("已删除用户 {name}，其登录即刻失效", "User {name} removed; all sessions of theirs have ended"),
    "done.disabled": ("已停用用户 {name}，其登录即刻失效", "User {name} disabled; all sessions of theirs have ended"),
    "done.enabled": ("用户 {name} 可以重新登录", "User {name} can sign in again"),
    "done.role": (
        "用户 {name} 现在的角色是 {role}，需要重新登录",
        "User {name} has the role {role} now and must sign in again",
    ),
    "gone.day": ("已删除 {day}", "{day} removed"),
    "day.workday": ("班", "workday"),
    "day.holiday": ("休", "holiday"),
    "day.notice": ("公布", "announced"),
    "day.own": ("自定", "own"),
    "day.imported": (
        "已导入：新增 {added} 天，更改 {changed} 天，未变 {unchanged} 天",
        "Imported: {added} days added, {changed} changed, {unchanged} as before",
    ),
    "day.kept": ("；{kept} 天是企业自定的，保持不变", "; {kept} of the company's own kept as they are"),
    "day.unreadable": ("不能导入 {path}，一天也没有导入：\n{why}", "Cannot import {path}; nothing was kept:\n{why}"),
    "gone.trunk": ("已删除中继 {name}", "Trunk {name} removed"),
    "made.tenant": (
        "已建立企业 {name}；管理员 {user}，密码：{password}",
        "Tenant {name} created; administrator {user}, password: {password}",
    ),
    "bad.name": (
        "名称 {value!r} 不可用：应为 1 到 100 个可见字符。",
        "{value!r} is no usable name: 1 to 100 visible characters are wanted.",
    ),
    "ring.target": (
        "“{target}”应写成 sip:号码@主机:端口。",
        "{target!r} should be sip:NUMBER@HOST:PORT.",
    ),
    "ring.host": ("找不到主机 {host}：{why}", "There is no host {host}: {why}"),
    "ring.record": ("不能写录音文件 {path}：{why}", "Cannot write the recording {path}: {why}"),
    "ring.not_registered": (
        "{user} 注册失败：没有这个分机，或密码不对。",
        "{user} could not register: there is no such extension, or the password is wrong.",
    ),
    "ring.missing": (
        "缺少 pyVoIP。请在源码目录运行 make install 或 pip install -e '.[ring]'。",
        "pyVoIP is missing. In the source folder run make install or pip install -e '.[ring]'.",
    ),
    "ring.step": (
        "看不懂步骤“{text}”；可写按键、wait:秒数 或 hangup。",
        "Cannot read the step {text!r}; write keys, wait:SECONDS or hangup.",
    ),
    "ring.nobody": (
        "{address} 上没有 SIP 服务器应答。请检查地址与端口，总机是否已启动。",
        "No SIP server answers at {address}. Check address and port, and whether Zongji is running.",
    ),
    "ring.unanswered": ("{seconds:g} 秒内没有接通，也没有被拒绝", "neither answered nor refused within {seconds:g} s"),
    "ring.no_accounts": (
        "没有 SIP 密码文件 {file}。请用 --accounts 给出 JSON 文件，写明场景中各分机的密码，如 {{\"801\": \"密码\"}}。",
        "There is no file of SIP passwords {file}. Give a JSON file with those of the scenario's extensions by "
        '--accounts, such as {{"801": "PASSWORD"}}.',
    ),
    "ring.bad_accounts": (
        "读不了 SIP 密码文件 {file}：应为 JSON，如 {{\"801\": \"密码\"}}。",
        'Cannot read the file of SIP passwords {file}: JSON such as {{"801": "PASSWORD"}} is wanted.',
    ),
    "ring.no_secret": (
        "SIP 密码文件 {file} 里没有分机 {numbers} 的密码。",
        "The file of SIP passwords {file} has none for extension {numbers}.",
    ),
    "ring.not_running": (
        "数据目录 {data} 上没有正在运行的总机。请先启动它，或用 --data 指定它的数据目录。",
        "No Zongji is running on the data folder {data}. Start it, or name its folder with --data.",
    ),
    "ring.no_qa": (
        "运行中的总机不允许拨动时钟，而场景各有自己的时间。请以 ZONGJI_QA=1 启动它（数据目录 {data}）。",
        "The running Zongji lets nobody move its clock, but a scenario has a time of its own. "
        "Start it with ZONGJI_QA=1 (data folder {data}).",
    ),
    "ring.others": (
        "这个场景有几位来电者，只能用 zongji simulate 运行。",
        "This scenario has several callers; only zongji simulate runs it.",
    ),
    "ring.switch": (
        "号码 {number} 的日夜开关在 {found}，场景要求 {wanted}。请先在网页的“号码”中拨好。",
        "The day/night switch of {number} stands at {found}, the scenario needs {wanted}. Set it in the page first.",
    ),
    "ring.day": (
        "{day} 在运行中的总机的日历里与场景不同。请先在网页的“日历”中改好，或用 zongji calendar import 导入。",
        "The running Zongji's calendar has {day} otherwise than the scenario. Change it in the page, or import it.",
    ),
    "ring.not_bound": (
        "号码 {number} 不存在，或没有绑定流程。",
        "There is no number {number}, or no flow is bound to it.",
    ),
    "ring.refused": ("没有接通，状态 {status}", "not answered, status {status}"),
    "ring.answered": ("{seconds:.2f} 秒后接通", "answered after {seconds:.2f} s"),
    "ring.ended": (
        "对方挂机，通话 {seconds:.1f} 秒，听到 {heard:.1f} 秒",
        "hung up by the other side after {seconds:.1f} s, heard {heard:.1f} s",
    ),
    "ring.ended_by_us": (
        "我方挂机，通话 {seconds:.1f} 秒，听到 {heard:.1f} 秒",
        "hung up by us after {seconds:.1f} s, heard {heard:.1f} s",
    ),
    "voice.there": ("语音模型已装好：{folder}", "The voice is installed: {folder}"),
    "voice.bringing": ("正在下载语音模型（约 90 MB）……", "Bringing the voice (about 90 MB) ..."),
    "voice.failed": (
        "没有装好语音模型：{why}\n文字暂由 espeak-ng 朗读；以后可用 zongji voice install 再装。",
        "The voice was not installed: {why}\nTexts are spoken by espeak-ng; try `zongji voice install` again later.",
    ),
    "voice.kokoro": ("文字由神经语音朗读，可选：", "Texts are spoken by the neural voice. To choose from:"),
    "voice.espeak": ("文字由 espeak-ng 朗读：{why}", "Texts are spoken by espeak-ng: {why}"),
    "ring.passed": ("通过  {name}", "passed  {name}"),
    "ring.failed": ("不符  {name}：{why}", "FAILED  {name}: {why}"),
}

def locale_from(environment: Mapping[str, str] = os.environ, arguments: Sequence[str] = ()) -> str:
    """``en`` where ``--locale``, ZONGJI_LOCALE or the POSIX variables ask for English, else ``zh-CN``, Zongji's first.

    arguments: the command line, looked at before it is read: help and complaints speak the language asked for there.
    """
    for option, value in zip_longest(arguments, arguments[1:], fillvalue=""):
        asked = value if option == "--locale" else option.removeprefix("--locale=")
        if option.startswith("--locale") and asked in LOCALES:
            return asked
    for name in ("ZONGJI_LOCALE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value and not value.startswith(("C", "POSIX")):
            return "en" if value.startswith("en") else "zh-CN"
    return "zh-CN"


def say(code: str, locale: str, /, **places: object) -> str:
    """The words for ``code`` in ``locale``; an unknown code raises KeyError (a bug of ours)."""
    return WORDS[code][LOCALES.index(locale)].format(**places)


def why(error: OSError, locale: str) -> str:
    """Why the system refused, in ``locale``; what is not in the table in the system's own words."""
    return system_errors.why(error)[locale]


LOCALE = locale_from(arguments=sys.argv)


def either(zh: str, en: str) -> str:
    """The words in the language of the environment; for help texts, which are fixed when a command is defined."""
    return en if LOCALE == "en" else zh
