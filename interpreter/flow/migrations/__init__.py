"""Old formats of flow documents brought up to date, one small function per change of format.

A migration takes a whole document of one format and gives the same flow in the next one. To change the format: raise
``CURRENT``, write ``from_<n>.py`` here with one function, add it to ``MIGRATIONS``, and put a document before and
after the change into ``tests/flow/migrations/<n>/{before,after}.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from interpreter.flow.issues import Issue, issue

Document = dict[str, Any]
Migration = Callable[[Document], Document]

CURRENT: Final = "zongji.flow/1"

MIGRATIONS: Final[Mapping[str, Migration]] = {}
"""Format -> the function that makes the next format of it."""


def migrate(
    document: object, migrations: Mapping[str, Migration] = MIGRATIONS, current: str = CURRENT
) -> tuple[Document | None, Issue | None]:
    """The document in the current format, or the reason why there is none. ``document`` itself is not changed."""
    if not isinstance(document, dict):
        return None, issue("document.not_object")
    while (format := document.get("format")) != current:
        migration = migrations.get(format) if isinstance(format, str) else None
        if migration is None:
            return None, issue("document.format", format=str(format), current=current)
        document = migration(dict(document))
    return document, None
