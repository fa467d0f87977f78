"""YAML with line numbers, and scalars as telephony writes them.

Only ``true``/``false``, ``null``, plain decimals are resolved; dates stay text, ``012`` stays ``"012"`` (YAML 1.1
would make it ten) and keys are always text. JSON is YAML, so JSON scenarios are read by the same door.
"""

from __future__ import annotations

import re

import yaml

from interpreter.simulation.errors import ScenarioError, ScenarioIssue

Data = dict[str, "Data"] | list["Data"] | str | int | float | bool | None

MAX_CHARACTERS = 1_000_000


class _Loader(yaml.SafeLoader):
    """SafeLoader without YAML 1.1's surprises."""


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(?:null|~|)$"), ["n", "~", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^-?(?:0|[1-9][0-9]{0,15})$"), list("-0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^-?(?:0|[1-9][0-9]{0,15})\.[0-9]+$"), list("-0123456789")
)


def read_yaml(text: str) -> tuple[Data, dict[str, int]]:
    """The document as plain data, and the line (from 1) of each value by its path (``steps[0].press``).

    Raises ScenarioError where it is no YAML document, uses anchors or tags, or repeats a key.
    """
    if len(text) > MAX_CHARACTERS:
        raise _error(None, "文件太大", "the file is too large")
    try:
        loader = _Loader(text)  # refuses control characters
        reader = _Reader(loader)
        node = loader.get_single_node()
        data = reader.read(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        reason = error.problem or "unreadable"
        raise _error(
            mark.line + 1 if mark else None, f"不是有效的 YAML：{_in_chinese(reason)}", f"not valid YAML: {reason}"
        ) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        zh, en = "不是有效的 YAML：有不允许的字符", "not valid YAML: a character that is not allowed"
        raise _error(line, zh, en) from None
    except yaml.YAMLError:
        raise _error(None, "不是有效的 YAML", "not valid YAML") from None
    except RecursionError:
        raise _error(None, "嵌套太深", "nested too deeply") from None
    return data, reader.lines


_CHINESE = (
    ("mapping values are not allowed here", "这里不能有“键: 值”，请检查冒号和缩进"),
    ("could not find expected ':'", "缺少冒号"),
    ("that cannot start any token", "这个字符不能用在值的开头（缩进请用空格，不用制表符）"),
    ("could not determine a constructor for the tag", "不支持标签（!）"),
    ("but found '<stream end>'", "文件在此处不完整"),
    ("found unexpected end of stream", "引号没有结束"),
    ("found undefined alias", "不支持引用（*）"),
    ("but found another document", "一个文件只能有一个场景"),
)
"""What PyYAML says (a part of it), and the same in Chinese."""


def _in_chinese(reason: str) -> str:
    return next((chinese for english, chinese in _CHINESE if english in reason), "结构不对，请检查缩进和标点")


class _Reader:
    """Turns YAML nodes into plain data and notes their lines."""

    def __init__(self, loader: _Loader) -> None:
        self.lines: dict[str, int] = {}
        self._construct = loader.construct_object
        self._seen: set[int] = set()

    def read(self, node: yaml.Node, path: str = "") -> Data:
        line = node.start_mark.line + 1
        if id(node) in self._seen:  # aliases of aliases grow without bound
            raise _error(line, "不支持引用（*）", "aliases (*) are not supported")
        if path in self.lines:
            raise _error(line, f"{path} 出现了两次", f"{path} is given twice")
        self._seen.add(id(node))
        self.lines[path] = line
        if isinstance(node, yaml.MappingNode):
            return {str(key.value): self.read(value, _below(path, key)) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, f"{path}[{index}]") for index, item in enumerate(node.value)]
        if not node.tag.startswith("tag:yaml.org,2002:"):
            raise _error(line, f"不支持标签 {node.tag}", f"the tag {node.tag} is not supported")
        value = self._construct(node)
        return value if isinstance(value, (str, int, float, bool)) or value is None else str(node.value)


def _below(path: str, key: yaml.Node) -> str:
    if not isinstance(key, yaml.ScalarNode):
        raise _error(key.start_mark.line + 1, "键必须是文字", "a key must be text")
    return f"{path}.{key.value}" if path else str(key.value)


def _error(line: int | None, zh: str, en: str) -> ScenarioError:
    return ScenarioError([ScenarioIssue("", {"zh-CN": zh, "en": en}, line)])
