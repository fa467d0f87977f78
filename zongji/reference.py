"""Writes ``docs/reference``: the nodes from ``schemas/``, the commands and settings from the command line itself.

``python -m zongji.reference FOLDER`` (``make docs``) writes every page in both languages; a test holds them to the
schemas and the command line.
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

from zongji.settings import SETTINGS
from zongji.words import LOCALES

ROOT = Path(__file__).resolve().parent.parent
GROUPS = ("voice", "branch", "connect", "data", "end")
TITLES: dict[str, Any] = {
    "nodes": {"zh-CN": "节点参考", "en": "Nodes"},
    "commands": {"zh-CN": "命令参考", "en": "Commands"},
    "settings": {"zh-CN": "设置", "en": "Settings"},
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
    "made": {
        "zh-CN": "本页由 `make docs` 从 {0} 生成，请勿手改。",
        "en": "Made by `make docs` from {0}; do not edit by hand.",
    },
}


def write_all(folder: Path) -> list[Path]:
    """Write every page; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for locale in LOCALES:
        for name, text in (("nodes", nodes_page(locale)), ("commands", _commands_in(locale))):
            path = folder / f"{name}.{locale}.md"
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


def nodes_page(locale: str) -> str:
    """Every node type with its settings and exits, in groups."""
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "schemas/nodes").glob("*.json"))]
    lines = [f"# {_title('nodes', locale)}", "", _title("made", locale).format("`schemas/nodes/`"), ""]
    for group in GROUPS:
        members = [schema for schema in schemas if schema["x-node"]["group"] == group]
        if members:
            lines += [f"## {_title('groups', locale)[group]}", ""]
        for schema in members:
            lines += _node(schema, locale)
    return "\n".join(lines).rstrip() + "\n"


def _title(name: str, locale: str) -> Any:
    return TITLES[name][locale]


def _node(schema: dict[str, Any], locale: str) -> Iterator[str]:
    node = schema["x-node"]
    yield from (f"### {node['label'][locale]} `{node['type']}`", "", node["help"][locale], "")
    properties = schema.get("properties", {})
    if properties:
        columns = _title("columns", locale)
        yield "| " + " | ".join(columns) + " |"
        yield "| " + " | ".join("---" for _ in columns) + " |"
        for name, given in properties.items():
            yield _property(name, given, name in schema.get("required", ()), locale)
        yield ""
    exits = "；" if locale == "zh-CN" else "; "
    listed = exits.join(_exit(given, locale) for given in node["exits"]) or _title("none", locale)
    yield f"**{_title('exits', locale)}** {listed}"
    yield ""


def _property(name: str, given: dict[str, Any], required: bool, locale: str) -> str:
    ui = given["x-ui"]
    unit = ui.get("unit", {}).get(locale, "")
    default = "" if required or "default" not in given else f"`{json.dumps(given['default'], ensure_ascii=False)}`"
    low, high = given.get("minimum", ""), given.get("maximum", "")
    span = f"{low}–{high} {unit}".strip() if low != "" or high != "" else ""
    if "enum" in given:
        span = ", ".join(f"`{value}`" for value in given["enum"])
    return f"| `{name}` | {ui['label'][locale]} | {default} | {span} | {ui.get('help', {}).get(locale, '')} |"


def _exit(given: dict[str, Any], locale: str) -> str:
    if "each" in given:
        return str(_title("each", locale).format(given["each"]))
    condition = _title("if", locale).format(given["if"]) if "if" in given else ""
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
