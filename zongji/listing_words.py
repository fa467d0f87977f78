"""What the listing of ``zongji compile`` means. Its notation is one for all languages, like an assembler's."""

from __future__ import annotations

from collections.abc import Iterable

WORDS: dict[str, tuple[str, str]] = {
    "enter": ("进入节点", "the node is entered"),
    "leave by": ("从某个出口离开，进入下一个节点", "the node is left by an exit, the next one entered"),
    "answer": ("接听来电", "the call is answered"),
    "early media": ("不接听，先放音", "sound before the call is answered"),
    "play": ("播放语音；x 后为遍数，barge-in 为可按键打断", "prompts; x how often, barge-in: a key ends them"),
    "ask key": (
        "等待一个按键：语音、等待秒数 x 次数；no input 为未按键，no match 为按错",
        "waits for one key: prompts, seconds x attempts",
    ),
    "ask pin": ("请来电者输入密码，以及各个密码的去处", "asks for a PIN, and where each leads"),
    "ask extension": ("请来电者拨分机号", "asks for an extension"),
    "collect": ("收号，存入变量：最少-最多位数", "digits into a variable: least-most"),
    "dial": (
        "呼叫目标：方式、目标、振铃秒数，以及各种结果的去处",
        "rings targets: way, targets, seconds, where each outcome leads",
    ),
    "dial extension": ("呼叫来电者拨的分机", "rings the extension that was asked for"),
    "voicemail": ("留言：信箱、开头的语音、最长秒数", "takes a message: box, greeting, longest"),
    "ask service": (
        "询问外部服务：服务、最长秒数，以及各种回答的去处",
        "asks a service outside: which, seconds at most, where each answer leads",
    ),
    "queue": (
        "排队：分机组、最长秒数，以及各个出口的去处",
        "waits in a queue: group, seconds at most, where each exit leads",
    ),
    "stay with service": (
        "留在外部服务中（如会议），直到它让来电者回来，或按了离开键",
        "stays with a service outside, such as a conference, until it answers or a key leads on",
    ),
    "tell service": ("告知外部服务，不等回答", "tells a service outside, waits for no answer"),
    "fail by": ("出错，走流程的出错出口", "a fault: goes to the flow's error exit"),
    "call flow": ("进入另一个流程，以及从各个出口回来的去处", "goes into another flow, and where its exits lead"),
    "exit flow by": ("从某个出口回到调用它的流程", "goes back to the calling flow by an exit"),
    "set": ("给变量赋值", "gives variables values"),
    "branch": ("按条件分支，else 为其余", "goes by conditions"),
    "by time": ("按时间分支；switched to 为日夜开关拨到该处时", "goes by the time of day, or by the day/night switch"),
}
"""An operation's first words -> (zh-CN, en)."""


def heading(locale: str) -> str:
    if locale == "en":
        return "number  node  operation; -> leads to the operation of that number"
    return "序号  节点  操作；-> 后为下一步操作的序号"


def legend(operations: Iterable[str], locale: str) -> list[str]:
    """``word  meaning`` of each kind of operation that occurs, in the order of the table."""
    found = {kind for operation in operations if (kind := kind_of(operation)) is not None}
    width = max((len(kind) for kind in found), default=0)
    return [f"{kind:<{width}}  {zh if locale != 'en' else en}" for kind, (zh, en) in WORDS.items() if kind in found]


def kind_of(operation: str) -> str | None:
    """The longest of the words that a line of the listing, without number and node, begins with."""
    return max((kind for kind in WORDS if f"{operation} ".startswith(f"{kind} ")), key=len, default=None)
