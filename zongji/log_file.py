"""The log of one process of ``zongji serve``: written by the process itself, kept within bounds by the supervisor.

``DATA/log/NAME.log`` is where everything goes that the process says, a crash of the interpreter included. When it has
grown to ``LARGEST`` it is copied to ``NAME.log.1`` and emptied, ``.1`` becomes ``.2`` and so on, and what would be
beyond ``KEPT`` goes. Copied, not renamed: the process holds the file open, and no pipe or signal is needed that could
hold it up while it carries calls. What it writes in the microseconds between the last copy and the emptying is lost.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO

LARGEST = 20_000_000
KEPT = 9
"""Older files beside the current one: 200 MB in all, about 600,000 calls of the runtime."""

TAIL_BYTES = 65536


class LogFile:
    """See the module. ``open`` gives what a new life of the process writes to."""

    def __init__(self, path: Path, *, largest: int = LARGEST, kept: int = KEPT) -> None:
        self.path = path
        self._largest = largest
        self._kept = kept
        self._begin = 0

    def __str__(self) -> str:
        return str(self.path)

    def open(self) -> IO[bytes]:
        """For appending. Raises OSError."""
        file = self.path.open("ab")
        self._begin = file.seek(0, os.SEEK_END)
        return file

    def tail(self, lines: int = 12) -> str:
        """The last lines of the present life, for a person who wants to know why it ended; "" where there is no log."""
        try:
            with self.path.open("rb") as file:
                end = file.seek(0, os.SEEK_END)
                file.seek(max(self._begin, end - TAIL_BYTES))
                text = file.read().decode("utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def turn_over(self) -> bool:
        """Begin anew where the file is too large; whether it did. What the disk refuses is done by a later call."""
        try:
            if self.path.stat().st_size < self._largest:
                return False
            self._copy_and_empty()
        except OSError:
            with suppress(OSError):
                self._older("new").unlink(missing_ok=True)
            return False
        self._begin = 0
        return True

    def _copy_and_empty(self) -> None:
        with self.path.open("rb") as source, self._older("new").open("wb") as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
            for number in range(self._kept, 1, -1):
                with suppress(FileNotFoundError):
                    self._older(number - 1).replace(self._older(number))
            self._older("new").replace(self._older(1))
            shutil.copyfileobj(source, copy)  # what came meanwhile
            os.truncate(self.path, 0)

    def _older(self, which: int | str) -> Path:
        return self.path.with_name(f"{self.path.name}.{which}")
