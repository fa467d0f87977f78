"""Click's own words in Chinese: it looks them up with gettext, and this answers instead of a message catalogue.

A word that is not in the table, because Click has changed it, is shown in English.
"""

from __future__ import annotations

import sys
import unicodedata

import click
from click import formatting

CHINESE = {
    "Usage:": "用法:",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Show this message and exit.": "显示本帮助并退出。",
    "Show the version and exit.": "显示版本并退出。",
    "%(prog)s, version %(version)s": "%(prog)s，版本 %(version)s",
    "Aborted!": "已中止！",
    "Error: {message}": "错误：{message}",
    "Try '{command} {option}' for help.": "运行“{command} {option}”可查看帮助。",
    "Missing command.": "缺少命令。",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "No such command {name!r}.": "没有“{name}”这个命令。",
    "No such option {name!r}.": "没有“{name}”这个选项。",
    "Did you mean {possibility}?": "是不是 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "（是不是其中之一：{possibilities}？）",
    "Got unexpected extra argument ({args})": "多出了参数（{args}）",
    "Got unexpected extra arguments ({args})": "多出了参数（{args}）",
    "Option {name!r} requires an argument.": "选项“{name}”需要一个值。",
    "Option {name!r} does not take a value.": "选项“{name}”不带值。",
    "Invalid value: {message}": "值不可用：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的值不可用：{message}",
    "{value!r} is not {choice}.": "“{value}”不是 {choice}。",
    "{value!r} is not one of {choices}.": "“{value}”不在 {choices} 之中。",
    "{value!r} is not a valid {number_type}.": "“{value}”不是数。",
    "{value} is not in the range {range}.": "{value} 不在范围 {range} 内。",
    "{name} {filename!r} does not exist.": "“{filename}”不存在。",
    "{name} {filename!r} is not readable.": "“{filename}”不可读。",
    "default: {default}": "默认：{default}",
    "env var: {var}": "环境变量：{var}",
    "required": "必填",
}

TYPES = {
    "text": "文本",
    "path": "路径",
    "filename": "文件",
    "integer": "整数",
    "integer range": "整数",
    "float": "小数",
    "float range": "小数",
}
"""What an option takes, by Click's name of the type."""


def _one(message: str) -> str:
    return CHINESE.get(message, message)


def _one_or_many(singular: str, plural: str, count: int) -> str:
    return _one(singular if count == 1 else plural)


def _columns(text: str) -> int:
    """How wide a terminal shows it."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in click.unstyle(text))


def speak_chinese() -> None:
    """Let every module of Click that is loaded look its words up here; before commands are defined."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == click.__name__:
            for attribute, replacement in (("_", _one), ("ngettext", _one_or_many)):
                if hasattr(module, attribute):
                    setattr(module, attribute, replacement)
    vars(formatting)["term_len"] = _columns  # its tables are set by this


def put_usage_in_chinese(command: click.Command) -> None:
    """The words for options, values and commands in the usage of it and all below, which Click does not look up."""
    command.options_metavar = "[选项]"
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.metavar is None:
            parameter.metavar = TYPES.get(parameter.type.name)
    if isinstance(command, click.Group):
        command.subcommand_metavar = "命令 [参数]..."
        for below in command.commands.values():
            put_usage_in_chinese(below)
