"""Tenants as the domains of the SIP room: who says to be of which, and who signs in there."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.runtime.directory import Directory
from interpreter.sip.digest import Account


class TenantDomains:
    """``sip.digest.Domains``, by the directory of the moment. A domain's name is its tenant's id."""

    def __init__(self, directory: Callable[[], Directory]) -> None:
        self._directory = directory

    def realm(self, host: str) -> str:
        return self._directory().realm(host)

    def account(self, host: str, username: str) -> Account | None:
        extension = self._directory().signing_in(host, username)
        return None if extension is None else Account(extension.aor, extension.ha1)
