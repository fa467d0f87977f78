"""``zongji backup`` and ``restore``: all that an installation has learnt, in one file."""

from zongji.backup.archive import BadArchive
from zongji.backup.backup import back_up
from zongji.backup.errors import BackupError
from zongji.backup.restore import restore

__all__ = ["BackupError", "BadArchive", "back_up", "restore"]
