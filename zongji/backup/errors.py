"""What keeps a backup from being made or brought back; each is a word code with its places (``zongji.words``)."""

from __future__ import annotations


class BackupError(Exception):
    """People can mend it. Nothing was written over, and nothing half done stays."""

    def __init__(self, code: str, **places: object) -> None:
        super().__init__(code)
        self.code = code
        self.places = places
