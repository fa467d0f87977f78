"""The SIP passwords by which the robot plays a scenario's extensions: the database holds only digests of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from zongji.ring.errors import CannotRing


def read_secrets(file: Path, wanted: Iterable[str]) -> dict[str, str]:
    """Extension -> SIP password for each that is ``wanted``; no file is needed where none is.

    The file is JSON, ``{"801": "PASSWORD"}`` or as ``demo.json`` has it. Raises CannotRing.
    """
    numbers = sorted(set(wanted))
    if not numbers:
        return {}
    known = _read(file)
    missing = [number for number in numbers if number not in known]
    if missing:
        raise CannotRing("ring.no_secret", file=file, numbers=", ".join(missing))
    return {number: known[number] for number in numbers}


def _read(file: Path) -> dict[str, str]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        entries = document.get("extensions", document)
        return {number: _secret(entry) for number, entry in entries.items()}
    except FileNotFoundError:
        raise CannotRing("ring.no_accounts", file=file) from None
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise CannotRing("ring.bad_accounts", file=file) from error


def _secret(entry: Any) -> str:
    secret = entry if isinstance(entry, str) else entry["secret"]
    if not isinstance(secret, str):
        raise TypeError
    return secret
