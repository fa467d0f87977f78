"""The reference pages say what the schemas and the command line say; ``make docs`` writes them anew."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from zongji.reference import PROMPT_ITEMS, nodes_page, write_all
from zongji.words import LOCALES

ROOT = Path(__file__).resolve().parents[2]


def test_reference_pages_are_up_to_date(tmp_path: Path) -> None:
    stale = [
        path.name
        for path in write_all(tmp_path)
        if path.read_text(encoding="utf-8") != (ROOT / "docs/reference" / path.name).read_text(encoding="utf-8")
    ]
    assert stale == [], "run `make docs` and commit what it writes"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_setting_of_every_item_is_in_the_reference(locale: str) -> None:
    page = nodes_page(locale)
    for path in sorted((ROOT / "schemas/nodes").glob("*.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        section = page[page.index(f" `{schema['x-node']['type']}`\n") :].split("\n### ")[0]
        for name, given in schema["properties"].items():
            assert f"| `{name}` |" in section, (path.name, name)
            for inner, inner_given in given.get("items", {}).get("properties", {}).items():
                assert f"| `{inner}` | {inner_given['x-ui']['label'][locale]} |" in section, (path.name, name, inner)


@pytest.mark.parametrize("locale", LOCALES)
def test_prompt_items_are_examples_that_fit_the_schema(locale: str) -> None:
    flow = json.loads((ROOT / "schemas/flow.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator({"$defs": flow["$defs"], "$ref": "#/$defs/prompt"})
    assert set(PROMPT_ITEMS) == {form["title"] for form in flow["$defs"]["prompt"]["oneOf"]}
    for example, _ in PROMPT_ITEMS.values():
        validator.validate(json.loads(example))
        assert f"| `{example}` |" in nodes_page(locale)
