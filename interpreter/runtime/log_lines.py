"""How the logs of runtime and web are written: one record, one line, whatever strangers send.

Names, numbers and reasons come from SIP messages, file names and the database. Where each call site had to clean them,
one would forget it, and a line break in a Request-URI would make a line of its own that looks like ours.
"""

from __future__ import annotations

import logging
import sys

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

STACK_INDENT = "  "


class OneLine(logging.Formatter):
    r"""Writes what cannot be printed (control characters, any line ends, lone surrogates) as ``\x0a``, ``\u2028``.

    A stack follows on lines of its own; they are indented, so that none can be taken for the beginning of a record.
    """

    def __init__(self) -> None:
        super().__init__(FORMAT)

    def formatMessage(self, record: logging.LogRecord) -> str:  # the library's name
        return printable(super().formatMessage(record))

    def formatException(self, ei: object) -> str:
        return _indented(super().formatException(ei))  # type: ignore[arg-type]  # the library's own type has no name

    def formatStack(self, stack_info: str) -> str:
        return _indented(super().formatStack(stack_info))


def log_to_stderr(level: str) -> None:
    """Set up this process' log: records of ``level`` (a name of ``logging``) and above."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(handlers=[handler], level=level)


def printable(text: str) -> str:
    """The text with escapes for what is not to be printed; a blank is the only white space that stays."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(ord(c)) for c in text)


def _escape(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _indented(text: str) -> str:
    return "\n".join(STACK_INDENT + printable(line) for line in text.split("\n"))
