"""Writes ``docs/reference``: the nodes from ``schemas/``, the commands and settings from the command line itself, and
the API from the web application.

``python -m zongji.reference FOLDER`` (``make docs``) writes every page in both languages and ``openapi.json``; a test
holds them to what they are made from.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from interpreter.flow.schemas import Schema, node_schemas
from zongji.api_document import api_document
from zongji.settings import SETTINGS
from zongji.words import LOCALES

ROOT = Path(__file__).resolve().parent.parent
GROUPS = ("voice", "branch", "connect", "data", "end")
TITLES: dict[str, Any] = {
    "nodes": {"zh-CN": "节点参考", "en": "Nodes"},
    "commands": {"zh-CN": "命令参考", "en": "Commands"},
    "settings": {"zh-CN": "设置", "en": "Settings"},
    "permissions": {"zh-CN": "角色和权限", "en": "Roles and permissions"},
    "permissions_help": {
        "zh-CN": "用户有一个角色，角色是一组权限。"
                 "接口文档（`openapi.json`）里每个操作的 `x-permission` 是它需要的权限；没有的操作，登录即可用。"
                 "用 `zongji user add NAME --role ROLE` 和 `zongji user role NAME ROLE` 指定角色。",
        "en": "A user has a role, and a role is a set of permissions. `x-permission` of an operation of the API "
              "(`openapi.json`) is the one that it needs; what names none is for everybody who has signed in. "
              "`zongji user add NAME --role ROLE` and `zongji user role NAME ROLE` give somebody a role.",
    },
    "permissions_columns": {"zh-CN": ("权限", "可以做什么"), "en": ("permission", "what one may do")},
    "groups": {
        "zh-CN": {"voice": "语音", "branch": "分支", "connect": "接续", "data": "数据", "end": "结束"},
        "en": {"voice": "Voice", "branch": "Branch", "connect": "Connect", "data": "Data", "end": "End"},
    },
    "columns": {
        "zh-CN": ("设置", "名称", "默认值", "范围", "说明"),
        "en": ("setting", "name", "default", "range", "what it does"),
    },
    "exits": {"zh-CN": "出口", "en": "Exits"},
    "none": {"zh-CN": "无", "en": "none"},
    "each": {"zh-CN": "每个 `{0}` 一个", "en": "one for each of `{0}`"},
    "if": {"zh-CN": "（当 `{0}` 打开时）", "en": " (when `{0}` is on)"},
    "unless": {"zh-CN": "（当 `{0}` 未填时）", "en": " (when `{0}` is not given)"},
    "items": {"zh-CN": "`{0}` 的每一项：", "en": "Each item of `{0}`:"},
    "expression": {"zh-CN": "表达式", "en": "expression"},
    "prompts": {"zh-CN": "语音的写法", "en": "Prompt items"},
    "prompts_help": {
        "zh-CN": "语音设置是一个列表，各项依次播放。每一项是下列之一：",
        "en": "A prompt setting is a list whose items are played one after the other. Each is one of:",
    },
    "prompts_columns": {"zh-CN": ("写法", "播放什么"), "en": ("item", "what is played")},
    "made": {
        "zh-CN": "本页由 `make docs` 从 {0} 生成，请勿手改。",
        "en": "Made by `make docs` from {0}; do not edit by hand.",
    },
}
PROMPT_ITEMS = {
    "file": ('"welcome.wav"', {
        "zh-CN": "企业自己的语音；没有时用同名的系统语音（`use_system_prompts` 打开时相反）",
        "en": "the tenant's own prompt, else the system prompt of that name (the other way round with "
              "`use_system_prompts`)",
    }),
    "text": ('{"text": "您好", "locale": "zh-CN"}', {
        "zh-CN": "文字转语音，发布时合成；`locale` 为 `zh-CN` 或 `en-US`，不写则用流程的语言。"
                 "这里和下面各项都可加 `voice`（声音）和 `speed`（语速，0.5 到 2），不写则用企业的",
        "en": "the text, spoken when it is published; `locale` is `zh-CN` or `en-US`, without it the flow's language. "
              "This and what follows may have a `voice` and a `speed` (0.5 to 2), without them the company's",
    }),
    "digits": ('{"digits": "call.caller"}', {
        "zh-CN": "表达式的值，逐位念出。值算不出或念不成时，这里和下面各项都跳过不念",
        "en": "an expression's value, digit by digit. Here and below, what has no value or cannot be read out is left "
              "out",
    }),
    "number": ('{"number": "position"}', {
        "zh-CN": "表达式的值，按数念出", "en": "an expression's value as a number",
    }),
    "money": ('{"money": "balance"}', {
        "zh-CN": "表达式的值，单位为分，按元角分念出", "en": "an expression's value in fen, as yuan, jiao and fen",
    }),
    "date": ('{"date": "due"}', {
        "zh-CN": "表达式的值（如 `2026-10-01`），按日期念出",
        "en": "an expression's value, such as `2026-10-01`, as a date",
    }),
}
"""The title of a form in ``$defs/prompt`` -> an example and what it is."""


def write_all(folder: Path) -> list[Path]:
    """Write every page; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for locale in LOCALES:
        pages = {
            "nodes": nodes_page(locale), "commands": _commands_in(locale), "permissions": permissions_page(locale),
        }  # fmt: skip
        for name, text in pages.items():
            path = folder / f"{name}.{locale}.md"
            path.write_text(text, encoding="utf-8")
            written.append(path)
    api = folder / "openapi.json"
    api.write_text(api_document(), encoding="utf-8")
    return [*written, api]


def permissions_page(locale: str) -> str:
    """What there is to be permitted, and which role has it."""
    from store.permissions import PERMISSIONS, ROLES

    lines = [f"# {_title('permissions', locale)}", "", _title("made", locale).format("`store/permissions.py`"), "",
             _title("permissions_help", locale), ""]
    name, what = _title("permissions_columns", locale)
    lines.append(f"| {name} | {what} |" + "".join(f" {role.texts[locale]} `{role.name}` |" for role in ROLES.values()))
    lines.append("| --- | --- |" + " :-: |" * len(ROLES))
    for permission in PERMISSIONS.values():
        has = "".join(" ✓ |" if permission.name in role.permissions else " |" for role in ROLES.values())
        lines.append(f"| `{permission.name}` | {permission.texts[locale]} |{has}")
    return "\n".join(lines) + "\n"


def nodes_page(locale: str) -> str:
    """Every node type with its settings and exits, in groups."""
    lines = [f"# {_title('nodes', locale)}", "", _title("made", locale).format("`schemas/nodes/`"), ""]
    for group in GROUPS:
        members = [schema for schema in node_schemas().values() if schema["x-node"]["group"] == group]
        if members:
            lines += [f"## {_title('groups', locale)[group]}", ""]
        for schema in members:
            lines += _node(schema, locale)
    lines += _prompt_items(locale)
    return "\n".join(lines).rstrip() + "\n"


def _title(name: str, locale: str) -> Any:
    return TITLES[name][locale]


def _node(schema: Schema, locale: str) -> Iterator[str]:
    node = schema["x-node"]
    yield from (f"### {node['label'][locale]} `{node['type']}`", "", node["help"][locale], "")
    properties = schema.get("properties", {})
    if properties:
        yield from _settings(schema, locale)
    for name, given in properties.items():
        if "properties" in given.get("items", {}):
            yield from (_title("items", locale).format(name), "")
            yield from _settings(given["items"], locale)
    exits = "；" if locale == "zh-CN" else "; "
    listed = exits.join(_exit(given, locale) for given in node["exits"]) or _title("none", locale)
    yield f"**{_title('exits', locale)}** {listed}"
    yield ""


def _settings(schema: Schema, locale: str) -> Iterator[str]:
    """The table of an object's settings."""
    yield from _head(_title("columns", locale))
    for name, given in schema["properties"].items():
        yield _property(name, given, name in schema.get("required", ()), locale)
    yield ""


def _head(columns: tuple[str, ...]) -> Iterator[str]:
    yield "| " + " | ".join(columns) + " |"
    yield "| " + " | ".join("---" for _ in columns) + " |"


def _prompt_items(locale: str) -> Iterator[str]:
    flow = json.loads((ROOT / "schemas/flow.json").read_text(encoding="utf-8"))
    yield from (f"## {_title('prompts', locale)}", "", _title("prompts_help", locale), "")
    yield from _head(_title("prompts_columns", locale))
    for form in flow["$defs"]["prompt"]["oneOf"]:
        example, words = PROMPT_ITEMS[form["title"]]
        yield f"| `{example}` | {words[locale]} |"
    yield ""


def _property(name: str, given: dict[str, Any], required: bool, locale: str) -> str:
    ui = given["x-ui"]
    default = "" if required or "default" not in given else f"`{json.dumps(given['default'], ensure_ascii=False)}`"
    cells = (f"`{name}`", ui["label"][locale], default, _range(given, locale), ui.get("help", {}).get(locale, ""))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _range(given: dict[str, Any], locale: str) -> str:
    """What a setting may be, as far as its schema says it shortly."""
    values = given.get("enum") or given.get("items", {}).get("enum")
    if values:
        choices = given["x-ui"].get("choices", {})
        named = ((value or '""', choices.get(value, {}).get(locale, "")) for value in values)
        return ("、" if locale == "zh-CN" else ", ").join(f"`{value}` {name}".strip() for value, name in named)
    if given.get("$ref", "").endswith("/prompts"):
        title = _title("prompts", locale)
        return f"[{title}](#{title.lower().replace(' ', '-')})"
    if given.get("$ref", "").endswith("/expression") or given["x-ui"].get("widget") == "expression":
        return str(_title("expression", locale))
    unit = given["x-ui"].get("unit", {}).get(locale, "")
    low, high = given.get("minimum", ""), given.get("maximum", "")
    return f"{low}–{high} {unit}".strip() if low != "" or high != "" else ""


def _exit(given: dict[str, Any], locale: str) -> str:
    if "each" in given:
        return str(_title("each", locale).format(given["each"]))
    condition = "".join(_title(word, locale).format(given[word]) for word in ("if", "unless") if word in given)
    return f"`{given['id']}` {given['label'][locale]}{condition}"


def commands_page(locale: str) -> str:
    """Every command with its help; the words are those of the process's own language."""
    from zongji.cli import main

    lines = [f"# {_title('commands', locale)}", "", _title("made", locale).format("`zongji --help`"), ""]
    lines += _command(main, None, "zongji")
    lines += [f"## {_title('settings', locale)}", "", "| `zongji.toml` | `--flag` | `ZONGJI_*` | | |",
              "| --- | --- | --- | --- | --- |"]
    for setting in SETTINGS:
        words = setting.zh if locale == "zh-CN" else setting.en
        flag = "--" + setting.name.replace("_", "-")
        lines.append(f"| `{setting.name}` | `{flag}` | `{setting.env}` | `{setting.default or '-'}` | {words} |")
    return "\n".join(lines).rstrip() + "\n"


def _command(command: click.Command, parent: click.Context | None, name: str) -> Iterator[str]:
    context = click.Context(command, parent, info_name=name, max_content_width=100, terminal_width=100,
                            **command.context_settings)
    yield from (f"## `{context.command_path}`", "", "```", command.get_help(context), "```", "")
    if isinstance(command, click.Group):
        for child_name in command.list_commands(context):
            child = command.get_command(context, child_name)
            if child is not None and not child.hidden:
                yield from _command(child, context, child_name)


def _commands_in(locale: str) -> str:
    """The page from a process that speaks ``locale``: help texts are chosen when the commands are defined."""
    done = subprocess.run(
        [sys.executable, "-m", "zongji.reference", "--commands", locale], check=True, stdout=subprocess.PIPE, cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), "ZONGJI_LOCALE": locale, "PYTHONUTF8": "1"},
    )
    return done.stdout.decode()


if __name__ == "__main__":
    if sys.argv[1] == "--commands":
        sys.stdout.write(commands_page(sys.argv[2]))
    else:
        for page in write_all(Path(sys.argv[1])):
            print(page)
