"""The reference pages say what the schemas and the command line say; ``make docs`` writes them anew."""

from __future__ import annotations

from pathlib import Path

from zongji.reference import write_all

ROOT = Path(__file__).resolve().parents[2]


def test_reference_pages_are_up_to_date(tmp_path: Path) -> None:
    stale = [
        path.name
        for path in write_all(tmp_path)
        if path.read_text(encoding="utf-8") != (ROOT / "docs/reference" / path.name).read_text(encoding="utf-8")
    ]
    assert stale == [], "run `make docs` and commit the pages"
