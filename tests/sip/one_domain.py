"""Our side's users for tests of one domain, whatever host a telephone names."""

from __future__ import annotations

from collections.abc import Callable

from interpreter.sip.aor import Aor
from interpreter.sip.digest import Account, Ha1

REALM = "zongji"
DOMAIN = "d"


def aor(user: str) -> Aor:
    return Aor(DOMAIN, user)


class OneDomain:
    """``sip.digest.Domains``. ha1_of: user -> HA1s, None for an unknown one."""

    def __init__(self, ha1_of: Callable[[str], Ha1 | None] = lambda user: None) -> None:
        self._ha1_of = ha1_of

    def realm(self, host: str) -> str:
        return REALM

    def account(self, host: str, username: str) -> Account | None:
        ha1 = self._ha1_of(username)
        return None if ha1 is None else Account(aor(username), ha1)
