"""Every sentence the web room says, in Chinese and English: one catalogue, looked up by stable code."""

from __future__ import annotations

from typing import Literal

Locale = Literal["zh-CN", "en"]
LOCALES: tuple[Locale, ...] = ("zh-CN", "en")

MESSAGES: dict[str, tuple[str, str]] = {
    # signing in
    "not_signed_in": ("请先登录", "Please sign in first"),
    "wrong_password": ("用户名或密码不正确", "The name or the password is wrong"),
    "user_disabled": (
        "该用户已停用，请联系管理员",
        "This user is disabled; ask whoever runs this server",
    ),
    "wrong_old_password": ("原密码不正确", "The old password is wrong"),
    "too_many_attempts": (
        "密码错误次数过多，请 {seconds} 秒后再试",
        "Too many wrong passwords; try again in {seconds} seconds",
    ),
    "password_guessable": (
        "这个密码太常见，很容易被猜到。请用几个互不相干的词，不要用常见密码、键盘顺序、日期、用户名或企业名称",
        "This password is easily guessed. Use several words that have nothing to do with each other, and no common "
        "password, row of keys, date, user name or company name",
    ),
    "passwords_busy": (
        "正在登录的人太多，请稍后再试",
        "Too many people are signing in right now; try again soon",
    ),
    "csrf": (
        "页面已过期，请刷新后重试（缺少或错误的 X-CSRF-Token）",
        "This page is out of date, reload it and try again (X-CSRF-Token missing or wrong)",
    ),
    "cross_site": ("拒绝来自其他网站的请求", "Requests from other web sites are refused"),
    "forbidden": (
        "您的角色（{role}）不能执行此操作，请联系管理员",
        "Your role ({role}) may not do this; ask an administrator",
    ),
    "cannot_run": (
        "这个草稿现在运行不了，请检查流程后再试",
        "This draft cannot run now; check the flow and try again",
    ),
    "no_talk": (
        "这通电话里现在没有分机在通话",
        "No extension talks in this call now",
    ),
    "placing.no_extension": ("没有分机 {number}", "There is no extension {number}"),
    "placing.offline": ("分机 {number} 不在线", "Extension {number} is offline"),
    "placing.busy": ("分机 {number} 的通话已满", "Extension {number} may have no more calls"),
    "placing.overloaded": ("系统繁忙，请稍后再试", "The system is busy; try again soon"),
    "placing.itself": ("分机 {number} 就在这通电话里", "Extension {number} is in this call itself"),
    "placing.not_reached": ("拨 {number} 找不到任何人", "Nobody is reached by dialling {number}"),
    "placing.not_shown": (
        "{number} 不是本企业可以显示的号码",
        "{number} is none of the company's numbers that may be shown",
    ),
    "placing.no_shown_number": (
        "这部分机没有可以显示的号码，请选一个",
        "This extension has no number to show; choose one",
    ),
    "placing.not_allowed": (
        "这部分机不允许拨打 {number}，可在分机设置里放开",
        "This extension may not call {number}; its settings say whom it may call",
    ),
    "code.shape": (
        "{written} 不能用作功能码：以 * 开头，后面再有 1 到 3 位数字或 *",
        "{written} cannot be a code: a * and 1 to 3 more digits or stars",
    ),
    "code.clash": (
        "{one} 和 {other} 冲突：其中一个永远拨不到",
        "{one} and {other} clash: one of them could never be dialled",
    ),
    "voice.unknown": (
        "没有声音“{voice}”，或它不说这种语言；可选：{known}",
        "There is no voice “{voice}”, or it does not speak this language; there are: {known}",
    ),
    "voice.none_here": (
        "本机没有可选的声音：{why}",
        "There is no choice of voices here: {why}",
    ),
    # the calendar
    "calendar.bad_file": (
        "这个文件有 {count} 处错误，一天也没有导入",
        "Nothing was imported. Mistakes in the file: {count}",
    ),
    "calendar.unknown_year": (
        "还没有 {year} 年的放假安排，只按法定节假日推算，调休和连休会算错。请导入国务院公布的安排。相关流程：{flows}",
        "The holidays of {year} are not known yet: only those fixed by law count, make-up workdays and bridge days are "
        "missing. Import what was announced. Flows that depend on it: {flows}",
    ),
    "calendar.partial_year": (
        "{year} 年的放假安排不全，有的节日只按法定节假日推算。请导入国务院公布的全年安排。相关流程：{flows}",
        "The holidays of {year} are known in part only: of some festivals just the days fixed by law count. Import the "
        "whole announcement. Flows that depend on it: {flows}",
    ),
    # requests
    "bad_request": ("请求有误", "The request is malformed"),
    "bad_json": ("不是有效的 JSON：{reason}", "This is not valid JSON: {reason}"),
    "json.place": ("第 {line} 行第 {column} 列有误", "line {line}, column {column}"),
    "json.nul": ("不能含有 NUL 字符（\\u0000）", "NUL characters (\\u0000) are not allowed"),
    "json.deep": ("嵌套太深", "it is nested too deeply"),
    "unsupported_media_type": (
        "不支持的内容类型，请使用 application/json 或 multipart/form-data",
        "Unsupported content type; use application/json or multipart/form-data",
    ),
    "not_found": ("没有找到", "Not found"),
    "method_not_allowed": ("此地址不支持 {method} 方法", "{method} is not allowed here"),
    "too_large": ("内容太大，上限为 {limit}", "This is too large; the limit is {limit}"),
    "too_many_fields": ("表单的字段太多或太长", "The form has too many or too long fields"),
    "invalid": ("有 {count} 处需要修改", "Fields to be corrected: {count}"),
    "range_not_satisfiable": ("请求的范围超出文件长度", "The requested range lies outside the file"),
    "too_slow": (
        "请求没有及时传完，请检查网络后重试",
        "The request did not come in time; check the network and try again",
    ),
    "one_at_a_time": (
        "您的上一个请求还在处理，请稍后再试",
        "An earlier request of yours is still being worked on; try again soon",
    ),
    "workers_busy": (
        "服务器正在处理其他人的请求，请稍后再试",
        "The server is working on other people's requests; try again soon",
    ),
    "took_too_long": (
        "处理超时。已完成的部分会保留，请再试一次；若仍超时，请精简内容",
        "This took too long. What was done is kept: try again, and if that does not help, make it smaller",
    ),
    "took_too_much": (
        "处理所需的内存超出上限，请精简内容",
        "This needs more memory than it may have; make it smaller",
    ),
    "too_many_waiting": (
        "来自同一地址的缓慢请求过多，请稍后再试",
        "Too many slow requests come from this address; try again soon",
    ),
    "uri_too_long": ("网址太长", "The address is too long"),
    "headers_too_large": ("请求头太大", "The request's headers are too large"),
    "http_error": ("请求无法处理（{status}）", "The request cannot be handled ({status})"),
    "internal": (
        "服务器内部错误，请把编号 {incident} 告诉维护人员",
        "Internal error; please give the number {incident} to whoever runs this server",
    ),
    "database_down": ("数据库暂时不可用，请稍后再试", "The database is unavailable right now; try again soon"),
    "disk_full": (
        "服务器磁盘已满，没有保存；请联系维护人员清理空间",
        "Not saved: the server's disk is full; ask whoever runs it to make room",
    ),
    "runtime_down": (
        "电话服务没有运行，实时通话与挂断暂不可用；流程编辑不受影响",
        "The telephone runtime is not running: live calls and hang-up are unavailable; editing still works",
    ),
    "too_many_streams": (
        "同时打开的实时页面过多，请关闭一些后重试",
        "Too many live pages are open; close some and try again",
    ),
    # fields
    "field.missing": ("缺少“{field}”", "“{field}” is missing"),
    "field.unknown": ("没有“{field}”这一项", "“{field}” is not known"),
    "field.wrong_type": ("“{field}”的类型不对，应为 {expected}", "“{field}” has the wrong type, {expected} expected"),
    "field.too_short": ("“{field}”太短，至少 {limit}", "“{field}” is too short, at least {limit}"),
    "field.too_long": ("“{field}”太长，最多 {limit}", "“{field}” is too long, at most {limit}"),
    "field.out_of_range": ("“{field}”超出范围（{limit}）", "“{field}” is out of range ({limit})"),
    "field.pattern": ("“{field}”的格式不对", "“{field}” has the wrong format"),
    "field.characters": (
        "“{field}”含有看不见或会扰乱显示的字符",
        "“{field}” has characters that are invisible or disturb how it is shown",
    ),
    "field.choice": ("“{field}”应为 {expected} 之一", "“{field}” must be one of {expected}"),
    "field.invalid": ("“{field}”不正确", "“{field}” is not valid"),
    "type.string": ("文字", "text"),
    "type.integer": ("整数", "a whole number"),
    "type.number": ("数字", "a number"),
    "type.boolean": ("是/否", "true or false"),
    "type.object": ("对象", "an object"),
    "type.list": ("列表", "a list"),
    "type.date": ("日期（2026-11-20）", "a date (2026-11-20)"),
    "type.file": ("文件", "a file"),
    # writing
    "stale": (
        "保存失败：{saved_by} 已于 {saved_at} 修改过，请先查看最新内容",
        "Not saved: {saved_by} changed this at {saved_at}; look at the newest state first",
    ),
    "in_use": ("正在被使用，不能删除或改名：{by}", "This is in use and can be neither deleted nor renamed: {by}"),
    "name_taken": ("“{name}”已经存在", "“{name}” exists already"),
    # flows
    "flow.invalid": (
        "流程中有 {count} 个错误，修正后才能发布",
        "Errors to be corrected before the flow can be published: {count}",
    ),
    "flow.not_imported": ("不能导入这个文件：{reason}", "This file cannot be imported: {reason}"),
    "flow.no_flow": ("这不是流程文件。", "It is no flow."),
    "number.no_version": ("绑定流程时必须选择一个已发布的版本", "Choose a published version of the flow to bind"),
    # prompts
    "not_audio": ("“{name}”不是可以识别的音频文件：{reason}", "“{name}” is not an audio file we can read: {reason}"),
    "prompt.bad_name": (
        "提示音的名称应形如 welcome.wav，不能含有斜杠",
        "A prompt is named like welcome.wav, without slashes",
    ),
    "prompt.system": (
        "系统提示音不能修改或删除，可上传同名文件替换",
        "System prompts cannot be changed; upload a file of the same name instead",
    ),
    "audio_gone": ("音频文件不存在或已损坏", "The audio file is missing or broken"),
    # names that expressions know
    "fact.call.caller": ("主叫号码", "the caller's number"),
    "fact.call.called": ("被叫号码", "the number that was called"),
    "fact.call.extension": ("来电者拨的分机号", "the extension that the caller dialled"),
    # live calls
    "call_gone": ("该通话已经结束", "This call has ended already"),
    # serving
    "page.not_built": (
        "网页尚未构建。请在项目目录运行 make page（或 make install），然后刷新。API 已可使用：/openapi.json",
        "The page has not been built. Run make page (or make install) in the project folder, then reload. "
        "The API works already: /openapi.json",
    ),
    "serve.port_in_use": (
        "端口已被占用：{address}。请停止占用它的程序，或用 --web HOST:PORT 选择其他端口",
        "The port is in use: {address}. Stop the program that holds it, or choose another with --web HOST:PORT",
    ),
    "serve.data_folder": (
        "数据目录 {folder} 不能使用：{reason}",
        "The data folder {folder} cannot be used: {reason}",
    ),
    "serve.broken_key": (
        "{file} 里不是 32 字节的密钥。删除该文件，启动时会生成新的（所有人需要重新登录）",
        "{file} does not hold a key of 32 bytes. Delete it and the next start makes a new one "
        "(everybody has to sign in again)",
    ),
    "serve.database": ("{reason}", "{reason}"),
    "serve.bad_address": ("不能监听 {address}：{reason}", "Cannot listen on {address}: {reason}"),
}


def text(code: str, locale: str = "zh-CN", /, **values: object) -> str:
    """The sentence of ``code`` in ``locale`` (anything but a Chinese tag gives English).

    A value that is itself a pair of languages (from ``both``) is put in by its language.
    """
    language: Locale = "zh-CN" if locale.lower().startswith("zh") else "en"
    filled = {name: value[language] if isinstance(value, dict) else value for name, value in values.items()}
    return MESSAGES[code][LOCALES.index(language)].format(**filled)


def both(code: str, /, **values: object) -> dict[str, str]:
    """The sentence in both languages, as issues carry it."""
    return {locale: text(code, locale, **values) for locale in LOCALES}
