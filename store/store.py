"""The store: one database, its repositories by subject."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from store.audit import SYSTEM, AskWho
from store.database import Clock, Database, make_engine, utc_now
from store.repositories.accounts import TenantRepository, UserRepository
from store.repositories.audit import AuditRepository
from store.repositories.calling import CallSettingsRepository
from store.repositories.calls import CallRepository, VoicemailRepository
from store.repositories.days import DayRepository
from store.repositories.directory import DirectoryRepository, MetaRepository
from store.repositories.exchange import ExchangeRepository
from store.repositories.flows import FlowRepository
from store.repositories.groups import GroupRepository
from store.repositories.numbers import NumberRepository
from store.repositories.prompts import PromptRepository
from store.repositories.quotas import QuotaRepository
from store.repositories.releases import ReleaseRepository
from store.repositories.speech import SpeechRepository
from store.repositories.telephony import ExtensionRepository, RegistrationRepository, TrunkRepository
from store.schema import check_schema


class Store:
    """All repositories of one database; safe to share between threads. Close it at the end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.tenants = TenantRepository(database)
        self.users = UserRepository(database)
        self.extensions = ExtensionRepository(database)
        self.calling = CallSettingsRepository(database)
        self.registrations = RegistrationRepository(database)
        self.trunks = TrunkRepository(database)
        self.groups = GroupRepository(database)
        self.exchange = ExchangeRepository(database)
        self.flows = FlowRepository(database)
        self.numbers = NumberRepository(database)
        self.releases = ReleaseRepository(database)
        self.days = DayRepository(database)
        self.prompts = PromptRepository(database)
        self.speech = SpeechRepository(database)
        self.calls = CallRepository(database)
        self.voicemails = VoicemailRepository(database)
        self.quotas = QuotaRepository(database)
        self.audit = AuditRepository(database)
        self.directory = DirectoryRepository(database)
        self.meta = MetaRepository(database)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all writes of this thread inside one transaction: all of them or none.

        ``calls.write`` is not for it: it has a transaction of its own.
        """
        with self._database.write():
            yield

    def pragmas(self) -> dict[str, Any]:
        """SQLite's settings in force; empty for PostgreSQL."""
        return self._database.pragmas()

    def give_back_memory(self) -> None:
        """Let SQLite forget the pages that it keeps in memory, up to 2 MB a connection; nothing for PostgreSQL."""
        self._database.give_back_memory()

    def close(self) -> None:
        """Give all connections back."""
        self._database.close()


def open_store(
    url: str, *, clock: Clock = utc_now, actor: AskWho = lambda: SYSTEM, absent: bool = False
) -> Store:
    """Open a database that ``migrate(url)`` made: ``sqlite:////path`` or ``postgresql+psycopg://...``.

    clock: gives the time stamps of changes, aware, UTC. actor: says whose they are, for the audit log. absent: it does
    not answer now; whether it can be used is looked at when it is, and until it can each use raises.
    Raises StoreError: ``store.bad_url``, ``store.unreachable``, ``store.not_migrated``, ``store.too_new``.
    """
    database = Database(make_engine(url), clock, actor, partial(check_schema, url=url))
    try:
        if not absent:
            database.check()
    except BaseException:
        database.close()
        raise
    return Store(database)
