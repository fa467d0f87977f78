"""A PostgreSQL server of a test's own that can be stopped under a running Zongji."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from support.ports import free_port

OPTIONS = "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={data} -c fsync=off"


class PostgreSQL:
    """Running from construction on; its folder is not one of pytest's, which its own user could not enter."""

    def __init__(self) -> None:
        pytest.importorskip("psycopg", reason="the extra [postgresql] is not installed")
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not folders:
            pytest.skip("PostgreSQL's server is not installed")
        self._binaries, self._port = folders[-1], free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="zongji-postgresql-"))
        self._data = self._folder / "pg"
        self._switch: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses root
            self._switch = ["runuser", "-u", "postgres", "--"]
            shutil.chown(self._folder, "postgres", "postgres")
        self._run("initdb", "-U", "zongji", "--auth=trust", "-E", "UTF8", "--no-sync")
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://zongji:geheim@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        options = OPTIONS.format(port=self._port, data=self._data)
        self._run("pg_ctl", "-w", "-l", str(self._data / "log"), "-o", options, "start")

    def create_database(self, name: str) -> None:
        """A second one, empty."""
        import psycopg

        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")

    def stop(self) -> None:
        """At once, all connections broken."""
        self._run("pg_ctl", "-m", "immediate", "stop")

    def freeze(self) -> None:
        """Stop all its processes without ending them: connections stay open and say nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on as if nothing had happened."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        """The postmaster first: while it stands still it starts no further process."""
        postmaster = int((self._data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, number)
        for child in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split():
            try:
                os.kill(int(child), number)
            except ProcessLookupError:  # it ended in between
                pass

    def remove(self) -> None:
        subprocess.run([*self._switch, self._binaries / "pg_ctl", "-D", self._data, "-m", "immediate", "stop"],
                       capture_output=True, check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._switch, str(self._binaries / program), "-D", str(self._data), *arguments]
        # pg_ctl's server keeps its outputs open: no pipes
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              cwd="/", check=False)
        assert done.returncode == 0, command
