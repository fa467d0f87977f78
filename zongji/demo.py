"""The demo tenant of ``serve --demo``, and what is told at the start.

Passwords are random and shown; so that a later start can show them again they are kept in ``DATA/demo.json``, readable
by its owner alone. The database holds only digests.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from zongji.settings import SettingError, Settings
from zongji.words import say

ROOT = Path(__file__).resolve().parent.parent
DEMO_FLOW = ROOT / "flows" / "virtual-switchboard" / "flow.json"

Tell = Callable[[str], None]


class Demo:
    """Makes the demo tenant where it is missing and writes the banner."""

    def __init__(self, settings: Settings, locale: str) -> None:
        self._settings, self._locale = settings, locale
        self._file = settings.data / "demo.json"

    def prepare(self, tell: Tell) -> None:
        """Create the tenant with its published flow; nothing if it is there. Raises StoreError, SettingError."""
        from store import open_store
        from store.seed import DEMO_TENANT

        store = open_store(self._settings.database_url)
        try:
            if not any(tenant.name == DEMO_TENANT for tenant in store.tenants.all()):
                tell(say("serve.seeding", self._locale))
                self._create(store)
        finally:
            store.close()

    def _create(self, store: Any) -> None:
        from designer.audio import AudioLibrary, PromptResolver, Speaker, SystemPrompts
        from designer.passwords import Passwords
        from interpreter.compiler import compile_flow
        from store.seed import DEMO_EXTENSIONS, create_demo

        speaker = Speaker()
        resolver = PromptResolver(store, AudioLibrary(self._settings.data / "audio"), SystemPrompts(), speaker)

        def resolve(tenant: str, document: dict[str, Any]) -> dict[str, str]:
            resolved = resolver.resolve(compile_flow(document).prompt_keys, tenant, document)
            if resolved.problems:
                why = "; ".join(problem.messages[self._locale] for problem in resolved.problems)
                raise SettingError("demo.prompts", why=why)
            return resolved.prompts

        try:
            document = json.loads(DEMO_FLOW.read_text(encoding="utf-8"))
            made = create_demo(store, document, hash_password=Passwords().hash, resolve=resolve)
        finally:
            speaker.close()
        names = dict(DEMO_EXTENSIONS)
        self._keep({
            "user": made.user,
            "password": made.password,
            "number": made.number,
            "extensions": {
                number: {"name": names[number], "secret": secret} for number, secret in made.extensions.items()
            },
        })

    def _keep(self, document: Mapping[str, Any]) -> None:
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False, indent=2)

    def banner(self) -> str:
        """What a person needs now: page, administrator, telephones, the number to dial."""
        host, port = self._settings.web
        shown_host = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        lines = [
            "", self._say("serve.ready"), "",
            self._row("serve.page", f"http://{shown_host}:{port}/"),
            *self._demo_rows(),
            self._row("serve.sip", ", ".join(self._settings.sip)),
        ]
        if all("127.0.0.1" in listen for listen in self._settings.sip):
            lines += ["", self._say("serve.open")]
        return "\n".join([*lines, "", self._say("serve.stop_hint")])

    def _demo_rows(self) -> list[str]:
        if not self._file.exists():
            return []
        known = json.loads(self._file.read_text(encoding="utf-8"))
        password = known["password"] if self._still_opens(known) else self._say("serve.password_changed")
        return [
            self._row("serve.user", known["user"]),
            self._row("serve.password", password),
            self._row("serve.dial", known["number"]),
            *(
                "  " + self._say("serve.extension", number=number, **extension)
                for number, extension in sorted(known["extensions"].items())
            ),
        ]

    def _still_opens(self, known: Mapping[str, Any]) -> bool:
        """Whether the first password is still the administrator's."""
        from designer.passwords import Passwords
        from store import open_store

        store = open_store(self._settings.database_url)
        try:
            user = store.users.for_sign_in(known["user"])
            return user is not None and Passwords().matches(user.password_hash, known["password"])
        finally:
            store.close()

    def _row(self, code: str, value: str) -> str:
        label = self._say(code)
        width = sum(2 if ord(letter) > 255 else 1 for letter in label)
        return f"  {label}{' ' * max(1, 16 - width)}{value}"

    def _say(self, code: str, **places: object) -> str:
        return say(code, self._locale, **places)
