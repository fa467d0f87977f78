"""The demo tenant of ``serve --demo``, and what is told at the start.

Passwords are random and shown; so that a later start can show them again they are kept in ``DATA/demo.json``, readable
by its owner alone. The database holds only digests, so the file is complete before the tenant is: a start that is
killed in between leaves passwords of nobody, and the next one makes new ones.
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
DEMO_DRAFTS = (ROOT / "flows" / "after-sales-queue" / "flow.json",)

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
        from designer.audio import AudioLibrary, PromptResolver, SystemPrompts, open_speaker
        from designer.passwords import Passwords
        from interpreter.compiler import compile_flow
        from interpreter.sip.digest import make_ha1
        from store.seed import DEMO_EXTENSIONS, create_demo

        speaker = open_speaker(self._settings.voice)
        resolver = PromptResolver(store, AudioLibrary(self._settings.data / "audio"), SystemPrompts(), speaker)

        def resolve(tenant: str, document: dict[str, Any]) -> dict[str, str]:
            resolved = resolver.resolve(compile_flow(document).prompt_keys, tenant, document)
            if resolved.problems:
                why = "; ".join(problem.messages[self._locale] for problem in resolved.problems)
                raise SettingError("demo.prompts", why=why)
            return resolved.prompts

        try:
            document, *drafts = (json.loads(file.read_text(encoding="utf-8")) for file in (DEMO_FLOW, *DEMO_DRAFTS))
            names = dict(DEMO_EXTENSIONS)
            with store.transaction():
                made = create_demo(
                    store, document, hash_password=Passwords().hash, make_digests=make_ha1, resolve=resolve,
                    drafts=drafts,
                )
                self._keep({
                    "user": made.user,
                    "password": made.password,
                    "number": made.number,
                    "extensions": {
                        number: {"name": names[number], "secret": secret} for number, secret in made.extensions.items()
                    },
                })
        finally:
            speaker.close()

    def _keep(self, document: Mapping[str, Any]) -> None:
        """Write the file whole or not at all, readable by its owner alone; raises SettingError."""
        unfinished = self._file.with_suffix(".new")
        try:
            unfinished.unlink(missing_ok=True)  # it may be readable by others
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(document, file, ensure_ascii=False, indent=2)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._file)
        except OSError as error:
            raise SettingError("data.unusable", path=self._file, why=error) from error

    def banner(self) -> str:
        """What a person needs now: page, administrator, telephones, the number to dial."""
        from designer.telephone_servers import telephone_servers

        host, port = self._settings.web
        shown_host = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        lines = [
            "", self._say("serve.ready"), "",
            self._row("serve.page", f"http://{shown_host}:{port}/"),
            *self._demo_rows(),
            self._row("serve.sip", ", ".join(telephone_servers(self._settings.sip, self._settings.external))),
        ]
        if all("127.0.0.1" in listen for listen in self._settings.sip):
            lines += ["", self._say("serve.open")]
        return "\n".join([*lines, "", self._say("serve.stop_hint")])

    def _demo_rows(self) -> list[str]:
        from store import open_store
        from store.seed import DEMO_TENANT

        known = self._known()
        store = open_store(self._settings.database_url)
        try:
            if not any(tenant.name == DEMO_TENANT for tenant in store.tenants.all()):
                return []
            if known is None:
                return ["  " + self._say("serve.forgotten", file=self._file, data=self._settings.data)]
            return self._known_rows(known, still_opens=_opens(store, known["user"], known["password"]))
        finally:
            store.close()

    def _known(self) -> dict[str, Any] | None:
        """What was kept at the first start, None where it was lost."""
        try:
            known: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return known

    def _known_rows(self, known: Mapping[str, Any], *, still_opens: bool) -> list[str]:
        from store.numbers import display, normalise

        return [
            self._row("serve.user", known["user"]),
            self._row("serve.password", known["password"] if still_opens else self._say("serve.password_changed")),
            self._row("serve.dial", f"{display(normalise(known['number']))} ({known['number']})"),
            *(
                "  " + self._say("serve.extension", number=number, **extension)
                for number, extension in sorted(known["extensions"].items())
            ),
            "  " + self._say("serve.hours"),
        ]

    def _row(self, code: str, value: str) -> str:
        label = self._say(code)
        width = sum(2 if ord(letter) > 255 else 1 for letter in label)
        return f"  {label}{' ' * max(1, 16 - width)}{value}"

    def _say(self, code: str, **places: object) -> str:
        return say(code, self._locale, **places)


def _opens(store: Any, name: str, password: str) -> bool:
    """Whether ``password`` is the user's."""
    from designer.passwords import Passwords

    user = store.users.for_sign_in(name)
    return user is not None and Passwords().matches(user.password_hash, password)
