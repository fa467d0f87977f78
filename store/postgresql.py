"""Connections to PostgreSQL that give up on a server which says nothing, so that nobody waits without end.

A server can fall silent on an open connection: its processes are stopped, its disk hangs, its host is gone. The
kernel notices the last alone (TCP keep-alive, ``tcp_user_timeout``), and the server's own ``statement_timeout``
helps while the server runs. So the client looks at the clock as well: whoever waits longer than ``patience`` for the
next byte gets an ``OperationalError``, and the connection is closed.
"""

from __future__ import annotations

from collections.abc import Generator
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import URL, Engine, event

CONNECT_TIMEOUT_S = 5
"""How long a server may take to answer a new connection."""

STATEMENT_TIMEOUT_S = 10
"""How long a statement may take at the server."""

SILENCE_S = STATEMENT_TIMEOUT_S + 2.0
"""How long we wait for the next byte of an answer: a little longer, for the server's own word says more."""

PING_S = 2.0
"""The same while a pooled connection is tried out before it is used."""

POOL_TIMEOUT_S = 5.0
"""How long a thread waits for a connection while others hold them all."""

LINK_TIMEOUT_S = 15
"""After so long the kernel gives up a peer that acknowledges nothing."""

Result = TypeVar("Result")


class PatientConnection(psycopg.Connection[Any]):
    """patience: seconds of silence after which a wait ends; None waits for ever (migrations)."""

    patience: float | None = SILENCE_S

    def wait(self, gen: PQGen[Result], *args: Any, **options: Any) -> Result:
        """As psycopg's, but raises OperationalError and closes the connection where the server falls silent."""
        try:
            return super().wait(gen if self.patience is None else _listening(gen, self.patience), *args, **options)
        except ServerSilent:
            self.close()
            raise


class ServerSilent(psycopg.OperationalError):
    """The server did not say a byte for as long as we are ready to wait."""


def _listening(gen: PQGen[Result], patience: float) -> Generator[Any, Any, Result]:
    """Hands everything through. psycopg asks again every tenth of a second although nothing is ready."""
    heard = monotonic()
    try:
        state = next(gen)
        while True:
            ready = yield state
            if ready:
                heard = monotonic()
            elif monotonic() - heard > patience:
                raise ServerSilent(f"the server has said nothing for {patience:g} seconds")
            state = gen.send(ready)
    except StopIteration as end:
        result: Result = end.value
        return result


def connect_args(url: URL, *, patient: bool) -> dict[str, Any]:
    """libpq's parameters (PostgreSQL's manual, 34.1.2). The URL's own go first; our patience stays as it is.

    patient: statements may take as long as they need.
    """
    ours: dict[str, Any] = {
        "connect_timeout": CONNECT_TIMEOUT_S,
        "keepalives": 1,
        "keepalives_idle": LINK_TIMEOUT_S,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": LINK_TIMEOUT_S * 1000,
    }
    if not patient:
        ours["options"] = f"-c statement_timeout={STATEMENT_TIMEOUT_S * 1000}"
    return {name: value for name, value in ours.items() if name not in url.query}


def listen(engine: Engine, *, patient: bool) -> None:
    """Make the engine's connections PatientConnections."""

    def connect(_dialect: object, _record: object, args: list[Any], named: dict[str, Any]) -> PatientConnection:
        connection = PatientConnection.connect(*args, **named)
        connection.patience = None if patient else SILENCE_S
        return connection

    event.listen(engine, "do_connect", connect)
    if not patient:
        # the pool tries a connection out (a "ping") between these two
        event.listen(engine, "checkin", _set_patience_for_ping)
        event.listen(engine, "checkout", _set_patience_for_statements)


def _set_patience_for_ping(connection: PatientConnection | None, _record: object) -> None:
    if connection is not None:  # None: it was closed meanwhile
        connection.patience = PING_S


def _set_patience_for_statements(connection: PatientConnection, _record: object, _proxy: object) -> None:
    connection.patience = SILENCE_S
