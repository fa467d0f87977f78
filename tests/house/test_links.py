"""Every page, picture and file that a page of ours points at is there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|(?:src|href)=\"([^\"]+)\"")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
NOT_OURS = {"node_modules", ".venv", "dist", "build", "data"}


def pages() -> list[Path]:
    """What git keeps; all that is no build product where there is no git."""
    listed = subprocess.run(["git", "ls-files", "-z", "*.md"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).exists()]
    return [path for path in ROOT.rglob("*.md") if not NOT_OURS & set(path.relative_to(ROOT).parts)]


def links(text: str) -> Iterator[str]:
    """Targets inside the repository, without their fragments; code is no link."""
    for match in LINK.finditer(CODE.sub("", text)):
        target = (match[1] or match[2]).partition("#")[0]
        if target and not ELSEWHERE.match(target):
            yield target


def test_links_are_found_and_code_is_passed_over() -> None:
    text = 'See [a](b.md#part), ![p](<c.png>), <img src="d.png">, [e](https://f.example/), `[g](h.md)`.\n'
    text += "```\n[i](j.md)\n```\n"
    assert list(links(text)) == ["b.md", "c.png", "d.png"]


def test_every_link_leads_somewhere() -> None:
    found = pages()
    assert len(found) > 10
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in found
        for target in links(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
