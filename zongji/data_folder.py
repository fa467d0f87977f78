"""The data folder: who may make it, and that nobody but its owner reads what lies in it.

The database holds SIP digests, by which a telephone can be impersonated, and journal and logs tell who called whom: so
a new folder is its owner's alone, and so is each file. A folder that was there keeps its mode.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from zongji.settings import SettingError

OTHERS = 0o077
"""What group and others could do."""


@contextmanager
def private_files() -> Iterator[None]:
    """What this process and the children started meanwhile create is for their user alone."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def make_folder(path: Path) -> None:
    """Create the folder, where it is missing, for its owner alone. Raises OSError."""
    if path.is_dir():
        return
    if path.exists():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
    with suppress(FileExistsError):  # a file: mkdir tells it better
        path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)


LEFT_BEHIND = ("secret.key", "journal", "audio", "recordings", "voicemail")
"""What an installation has made in its data folder once it was in use."""


def left_behind(folder: Path) -> Path | None:
    """Something that shows that the folder was in use, None for a new one."""
    for name in LEFT_BEHIND:
        path = folder / name
        files = path.rglob("*") if path.is_dir() else [path]
        found = next((file for file in files if file.is_file() and file.stat().st_size), None)
        if found is not None:
            return found
    return None


def _tighten(path: Path) -> None:
    """Take from group and others the files that earlier versions let them read."""
    for file in (*path.iterdir(), *path.glob("log/*"), *path.glob("journal/*")):
        with suppress(OSError):  # another user's, or gone
            mode = file.stat().st_mode
            if file.is_file() and mode & OTHERS:
                file.chmod(mode & 0o777 & ~OTHERS)


class DataFolder:
    """The data folder, created where missing and locked against a second Zongji; raises SettingError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            make_folder(path)
            (path / "log").mkdir(mode=0o700, exist_ok=True)
            self._lock = (path / "lock").open("a+", encoding="ascii")
        except OSError as error:
            raise SettingError("data.unusable", path=path, why=error) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.seek(0)
            raise SettingError("data.busy", path=path, pid=self._lock.read().strip() or "?") from error
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()
        _tighten(path)

    def release(self) -> None:
        """Let another Zongji have the folder."""
        self._lock.close()
