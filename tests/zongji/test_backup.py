"""``zongji backup`` and ``restore``: what comes back is what was there; what is no whole backup changes nothing."""

from __future__ import annotations

import errno
import io
import os
import socket
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from store import migrate, open_store
from store.dump import dump
from support.postgresql import PostgreSQL
from zongji.cli import main
from zongji.data_folder import DataFolder

Run = Callable[..., Result]

FILES = {
    "secret.key": b"k" * 32,
    "audio/ab/abc.wav": b"RIFF a prompt",
    "recordings/2026-11-30/call.wav": b"RIFF a talk",
    "journal/00000007.jsonl": b'{"c":"a","t":1.0,"e":"call"}\n',
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def tenants(data: Path) -> list[str]:
    store = open_store(f"sqlite:///{data / 'zongji.db'}")
    try:
        return [tenant.name for tenant in store.tenants.all()]
    finally:
        store.close()


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """An installation in use: its database is open, with a line in the WAL, and its control socket is there."""
    data = tmp_path / "data"
    for name, content in FILES.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(content)
    (data / "log").mkdir()
    (data / "log" / "web.log").write_text("what happened")
    (data / "lock").touch()
    migrate(f"sqlite:///{data / 'zongji.db'}")
    store = open_store(f"sqlite:///{data / 'zongji.db'}")
    store.tenants.create("acme")
    with socket.socket(socket.AF_UNIX) as control:
        control.bind(str(data / "control.sock"))
        yield data
    store.close()


def held(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("name", ["b.tar", "b.tar.gz"])
def test_what_comes_back_is_what_was_there(tmp_path: Path, data: Path, name: str) -> None:
    file, new = tmp_path / name, tmp_path / "new"
    made = run("backup", file, "--data", data)
    assert made.exit_code == 0, made.output
    assert f"{len(FILES) + 1} 个文件" in made.output
    assert file.stat().st_mode & 0o077 == 0
    assert (file.read_bytes()[:2] == b"\x1f\x8b") == name.endswith("gz")
    back = run("restore", file, "--data", new)
    assert back.exit_code == 0, back.output
    there = held(new)
    assert tenants(new) == ["acme"]
    del there["zongji.db"]
    assert there == FILES
    assert new.stat().st_mode & 0o077 == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([name, "data", "new"])


def test_a_call_that_is_moved_into_the_database_meanwhile_is_in_the_backup(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written into the database, then its segment goes: at whatever moment, the backup has it in one of them."""
    file, new, segment = tmp_path / "b.tar", tmp_path / "new", "journal/00000007.jsonl"

    def moved_behind_the_dump(url: str, into: Path) -> None:
        dump(url, into)
        (data / segment).unlink()

    monkeypatch.setattr("zongji.backup.backup.dump", moved_behind_the_dump)
    assert run("backup", file, "--data", data).exit_code == 0
    assert run("restore", file, "--data", new).exit_code == 0
    assert held(new)[segment] == FILES[segment]


def test_a_folder_with_something_in_it_is_left_alone_or_put_aside(tmp_path: Path, data: Path) -> None:
    file, new = tmp_path / "b.tar", tmp_path / "new"
    run("backup", file, "--data", data)
    (new / "audio").mkdir(parents=True)
    (new / "audio" / "mine.wav").write_bytes(b"mine")
    refused = run("restore", file, "--data", new)
    assert (refused.exit_code, "已有数据" in refused.output) == (1, True)
    assert held(new) == {"audio/mine.wav": b"mine"}
    done = run("restore", file, "--data", new, "--replace")
    assert done.exit_code == 0, done.output
    (aside,) = tmp_path.glob("new.before-*")
    assert str(aside) in done.output
    assert held(aside)["audio/mine.wav"] == b"mine"
    assert tenants(new) == ["acme"]


def test_a_restore_that_fails_at_its_last_step_leaves_all_as_it_was(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, new, rename = tmp_path / "b.tar", tmp_path / "new", Path.rename
    run("backup", file, "--data", data)
    new.mkdir()
    (new / "mine.wav").write_bytes(b"mine")

    def fails(path: Path, target: Path) -> Path:
        if path.parent.suffix == ".restoring":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails)
    assert run("restore", file, "--data", new, "--replace").exit_code == 1
    assert held(new)["mine.wav"] == b"mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.tar", "data", "new"]


def test_a_running_zongji_keeps_its_folder(tmp_path: Path, data: Path) -> None:
    file, busy = tmp_path / "b.tar", tmp_path / "busy"
    run("backup", file, "--data", data)
    folder = DataFolder(busy)
    try:
        refused = run("restore", file, "--data", busy, "--replace")
        assert refused.exit_code != 0
        assert busy.is_dir()
        assert not (busy / "zongji.db").exists()
        assert sorted(p.name for p in tmp_path.iterdir()) == ["b.tar", "busy", "data"]
    finally:
        folder.release()


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    return content.replace(b"RIFF a talk", b"RIFF a tale")


def without_manifest(content: bytes) -> bytes:
    return repacked(content, lambda member: member.name != "zongji-manifest.json")


def newer(content: bytes) -> bytes:
    return content.replace(b'"zongji.backup/1"', b'"zongji.backup/9"')


def climbing(content: bytes) -> bytes:
    return content.replace(b"data/audio/ab/abc.wav", b"data/../../../abc.wav")


def repacked(content: bytes, keeps: Callable[[tarfile.TarInfo], bool]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(content)) as old, tarfile.open(fileobj=out, mode="w") as new:
        for member in old:
            if keeps(member):
                new.addfile(member, old.extractfile(member))
    return out.getvalue()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (cut, "已损坏"), (flipped, "校验和不符"), (without_manifest, "不完整"),
        (newer, "不是总机的备份"), (climbing, "b.tar"), (lambda _: b"", "b.tar"),
        (lambda _: b"something" * 999, "b.tar"),
    ],
    ids=["cut", "flipped", "without manifest", "newer", "climbing", "empty", "rubbish"],
)  # fmt: skip
def test_what_is_no_whole_backup_restores_nothing(tmp_path: Path, data: Path, change, said: str) -> None:
    file, new = tmp_path / "b.tar", tmp_path / "new"
    run("backup", file, "--data", data)
    file.write_bytes(change(file.read_bytes()))
    result = run("restore", file, "--data", new)
    assert (result.exit_code, said in result.output) == (1, True), result.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.tar", "data"]


def test_nothing_is_written_over(tmp_path: Path, data: Path) -> None:
    file = tmp_path / "b.tar"
    file.write_bytes(b"mine")
    assert run("backup", file, "--data", data).exit_code == 1
    assert file.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backup", "b.tar", "--data", "nowhere"), "nowhere"),
        (("restore", "b.tar", "--data", "new"), "没有文件 b.tar"),
        (("backup", "no/such/b.tar", "--data", "data"), "写不了"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, data: Path, monkeypatch, arguments, said: str) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert (result.exit_code, said in result.output) == (1, True), result.output
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


def test_a_file_that_shrinks_or_grows_while_it_is_read(tmp_path: Path, data: Path, monkeypatch) -> None:
    """A recording in progress."""
    from zongji.backup import archive

    path = data / "recordings/2026-11-30/call.wav"
    real = archive.os.fstat
    lengths = iter([5, 20])

    def other_length(fd: int):
        found = real(fd)
        if found.st_size != len(FILES["recordings/2026-11-30/call.wav"]):
            return found
        return type("Stat", (), {"st_size": next(lengths), "st_mtime": found.st_mtime})()

    monkeypatch.setattr(archive.os, "fstat", other_length)
    for expected in (b"RIFF ", b"RIFF a talk" + b"\0" * 9):
        file, new = tmp_path / f"{len(expected)}.tar", tmp_path / f"new{len(expected)}"
        assert run("backup", file, "--data", data).exit_code == 0
        assert run("restore", file, "--data", new).exit_code == 0
        assert (new / path.relative_to(data)).read_bytes() == expected


@pytest.mark.e2e
def test_postgresql(tmp_path: Path, data: Path) -> None:
    server = PostgreSQL()
    try:
        url, other = server.url, server.url.replace("/postgres", "/other")
        migrate(url)
        store = open_store(url)
        store.tenants.create("acme")
        file = tmp_path / "b.tar"
        made = run("backup", file, "--data", data, "--database", url)
        assert made.exit_code == 0, made.output
        store.close()
        full = run("restore", file, "--data", tmp_path / "a", "--database", url)
        assert (full.exit_code != 0, "已有数据" in full.output) == (True, True)
        assert not (tmp_path / "a").exists()
        assert run("restore", file, "--data", tmp_path / "a").exit_code == 1, "another kind of database"
        server.create_database("other")
        back = run("restore", file, "--data", tmp_path / "a", "--database", other)
        assert back.exit_code == 0, back.output
        store = open_store(other)
        assert [tenant.name for tenant in store.tenants.all()] == ["acme"]
        store.close()
        assert held(tmp_path / "a").items() >= FILES.items()
    finally:
        server.remove()
