"""An installed Zongji has all that it reads, and one version."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path

import pytest

from zongji import VERSION

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bench", "designer", "flows", "interpreter", "media", "numbering", "schemas", "static/dist", "store", "zongji")
SOURCES = {".py", ".pyc", ".pyx", ".h", ".c", ".so"}
"""Python itself, and what the media engine is compiled from."""


def test_there_is_one_version() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    assert settings["metadata"]["version"] == "attr: zongji.VERSION"
    page = json.loads((ROOT / "static/package.json").read_text(encoding="utf-8"))
    assert page.get("version", VERSION) == VERSION
    newest = next(
        line for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines() if line.startswith("## ")
    )
    assert newest.split()[1] == VERSION


def test_every_data_file_is_named_in_the_package_data() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    patterns = settings["options.package_data"]["*"].split()
    included = settings["options.packages.find"]["include"].split()
    data = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()]
    forgotten = [
        str(path.relative_to(ROOT))
        for path in data
        if path.suffix not in SOURCES and not any(fnmatch(path.name, pattern) for pattern in patterns)
    ]
    assert forgotten == []
    for room in ROOMS:
        assert any(fnmatch(room.replace("/", "."), pattern) for pattern in included), room


@pytest.mark.e2e
def test_an_installed_wheel_runs_outside_the_clone(tmp_path: Path) -> None:
    if find_spec("Cython") is None or find_spec("setuptools") is None:
        pytest.skip("Cython and setuptools are not installed")
    source, site, elsewhere = tmp_path / "source", tmp_path / "site", tmp_path / "elsewhere"
    source.mkdir()
    elsewhere.mkdir()
    unwanted = shutil.ignore_patterns("__pycache__", "*.so", "_engine.c", "node_modules")
    for name in ("LICENSE", "README.md", "pyproject.toml", "setup.cfg", "setup.py"):
        shutil.copy(ROOT / name, source)
    for room in ROOMS:
        if (ROOT / room).exists():
            shutil.copytree(ROOT / room, source / room, ignore=unwanted)
    (source / "static/dist").mkdir(parents=True, exist_ok=True)
    (source / "static/dist/index.html").write_text("<!doctype html>")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", ".", "--no-deps", "--no-build-isolation", "-w", tmp_path], cwd=source, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name.startswith(f"zongji-{VERSION}-")
    subprocess.run([*pip, "install", "--no-deps", "--target", site, wheel], check=True)

    def run(*arguments: object) -> str:
        environment = os.environ | {"PYTHONPATH": str(site), "ZONGJI_LOCALE": "en"}
        done = subprocess.run([sys.executable, *map(str, arguments)], cwd=elsewhere, env=environment, check=True,
                              stdout=subprocess.PIPE, text=True)  # fmt: skip
        return done.stdout

    assert run("-m", "zongji", "--version").split()[-1] == VERSION
    assert ", 0 failed" in run("-m", "zongji", "simulate", site / "flows/virtual-switchboard")
    assert "calls/s" in run("-m", "zongji", "bench", "simulate", "--seconds", "0.1")
    run("-m", "zongji", "tenant", "add", "acme", "--data", elsewhere / "data")
    found = run("-c", "from designer.settings import WebSettings as w; from designer.audio import SystemPrompts as s;"
                      "from interpreter.rtp import _engine as e; from pathlib import Path as P;"
                      "x = w(data=P(), database_url=''); s(x.media);"
                      "print((x.dist / 'index.html').is_file(), (x.schemas / 'flow.json').is_file(), e.__file__)")
    assert found.split()[:2] == ["True", "True"]
    assert found.split()[2].startswith(str(site))
