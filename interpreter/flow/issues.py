"""What is wrong with a flow, said in both languages.

Every code stands once in ``issues.yaml`` with its severity and its two sentences; code here only names it:
``issue("menu.key_conflict", node="main", field="keys", key="1", extension="101")``. A node type may bring codes of its
own in its schema (``x-issues``, in the same shape).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypedDict

import yaml

Severity = Literal["error", "warning"]
Text = Mapping[str, str]
"""One sentence per language: ``{"zh-CN": ..., "en": ...}``."""


class IssueJson(TypedDict):
    """An issue as the API, the editor and ``zongji check --json`` see it."""

    code: str
    severity: Severity
    node: str | None
    field: str | None
    message: dict[str, str]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing the flow's author has to fix (``error``) or should look at (``warning``).

    code: stable, such as ``exit.missing``. node: the node's id, None for the whole flow.
    field: path of the setting such as ``keys`` or ``cases.0.when``, None for the node as a whole.
    """

    code: str
    severity: Severity
    node: str | None
    field: str | None
    message: Text

    def to_json(self) -> IssueJson:
        return {
            "code": self.code,
            "severity": self.severity,
            "node": self.node,
            "field": self.field,
            "message": dict(self.message),
        }


class FlowError(Exception):
    """The flow's author has something to fix; ``issues`` lists all of it."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("; ".join(f"{i.node or '-'}: {i.message['en']}" for i in self.issues))


class CatalogueEntry(TypedDict):
    severity: Severity
    zh: str
    en: str


@cache
def catalogue() -> Mapping[str, CatalogueEntry]:
    """Every issue code with its severity and the templates of its two sentences."""
    entries: dict[str, CatalogueEntry] = yaml.safe_load(
        Path(__file__).with_name("issues.yaml").read_text(encoding="utf-8")
    )
    return entries


def issue(code: str, *, node: str | None = None, field: str | None = None, **values: object) -> Issue:
    """An issue of the catalogue with ``values`` put into its sentences.

    A value may be a ``Text``: then each sentence gets it in its own language.
    """
    return issue_of(catalogue()[code], code, node, field, values)


def issue_of(
    entry: CatalogueEntry, code: str, node: str | None, field: str | None, values: Mapping[str, object]
) -> Issue:
    """As ``issue``, said in the words of ``entry``, wherever they stand."""
    message = {
        "zh-CN": entry["zh"].format_map(_in_language(values, "zh-CN")),
        "en": entry["en"].format_map(_in_language(values, "en")),
    }
    return Issue(code, entry["severity"], node, field, message)


def has_errors(issues: Iterable[Issue]) -> bool:
    return any(i.severity == "error" for i in issues)


def _in_language(values: Mapping[str, object], language: str) -> dict[str, object]:
    return {
        name: value.get(language, "") if isinstance(value, Mapping) else _short(value) for name, value in values.items()
    }


def _short(value: object) -> object:
    """A value from the document may be a megabyte; a sentence shows its beginning."""
    if isinstance(value, str) and len(value) > 80:
        return value[:77] + "..."
    return value
