"""Puts faults into a copy of the house, one after the other, and asks whether a test notices.

``make mutants``, or ``python tests/mutants/run.py [--list] [NAME...]`` for those whose name or file holds the words.
A mutant is an edit in ``mutants.yaml``: a file, a text that stands in it exactly once, what it becomes, and the tests
that must fail then. Nothing is written into this checkout but the report, ``docs/mutants.md`` (a whole run only).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutants.yaml")
REPORT = ROOT / "docs" / "mutants.md"
TIMEOUT_SECONDS = 300
"""A fault that hangs a test is noticed, too."""

ENGINE = (".pyx", ".pxd", ".h")
PAGE_TESTS = (".ts", ".tsx")


@dataclass(frozen=True)
class Mutant:
    """name: the fault in words. find: stands once in ``file``. tests: files or ``file::test``, of pytest or vitest."""

    name: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]


class BadMutant(Exception):
    """The edit does not fit the code any more: its text is gone or stands there twice."""


def mutants() -> list[Mutant]:
    return [Mutant(**{**entry, "tests": tuple(entry["tests"])}) for entry in yaml.safe_load(LIST.read_text("utf-8"))]


def copy_of_house(folder: Path) -> None:
    """What git knows, and what was built: engine, page and its packages."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in names.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for built in (ROOT / "interpreter" / "rtp").glob("*.so"):
        shutil.copy2(built, folder / "interpreter" / "rtp")
    for built in ("static/node_modules", "static/dist"):
        if (ROOT / built).exists():
            (folder / built).symlink_to(ROOT / built)


@contextmanager
def mutated(folder: Path, mutant: Mutant) -> Iterator[None]:
    """The copy with the fault in it. Raises BadMutant."""
    path = folder / mutant.file
    before = path.read_text("utf-8")
    if before.count(mutant.find) != 1:
        raise BadMutant(f"{mutant.file} holds the text {before.count(mutant.find)} times: {mutant.find!r}")
    path.write_text(before.replace(mutant.find, mutant.replace), "utf-8")
    engine = path.suffix in ENGINE
    try:
        if engine:
            compile_engine(folder)
        yield
    finally:
        path.write_text(before, "utf-8")
        if engine:
            for built in (ROOT / "interpreter" / "rtp").glob("*.so"):
                shutil.copy2(built, folder / "interpreter" / "rtp")


def compile_engine(folder: Path) -> None:
    command = [sys.executable, "setup.py", "-q", "build_ext", "--inplace", "--force"]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)


def killed(folder: Path, tests: Sequence[str]) -> bool:
    """Whether a test fails. Raises BadMutant where they cannot even be collected."""
    page = tests[0].split("::")[0].endswith(PAGE_TESTS)
    if page:
        command = ["npx", "--no-install", "vitest", "run", *(test.removeprefix("static/") for test in tests)]
    else:
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=folder / "static" if page else folder, env=environment, capture_output=True, check=False,
            timeout=TIMEOUT_SECONDS, text=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return True
    if done.returncode not in (0, 1):
        raise BadMutant(f"the tests end with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return done.returncode == 1


def report(results: Sequence[tuple[Mutant, str]]) -> str:
    lines = [
        "# Faults put in by hand",
        "",
        f"`make mutants` on {time.strftime('%Y-%m-%d')}: {len(results)} faults, "
        f"{sum(result == 'killed' for _, result in results)} noticed. Made by `tests/mutants/run.py`.",
        "",
        "| fault | file | result |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {mutant.name} | `{mutant.file}` | {result} |" for mutant, result in results]
    return "\n".join(lines) + "\n"


def main(words: Sequence[str]) -> int:
    chosen = [m for m in mutants() if not words or any(word in m.name or word in m.file for word in words)]
    results: list[tuple[Mutant, str]] = []
    with tempfile.TemporaryDirectory(prefix="zongji-mutants-") as name:
        folder = Path(name)
        copy_of_house(folder)
        for number, mutant in enumerate(chosen, 1):
            try:
                with mutated(folder, mutant):
                    result = "killed" if killed(folder, mutant.tests) else "SURVIVED"
            except BadMutant as error:
                result = f"BAD: {error}"
            print(f"{number:3}/{len(chosen)} {result:9} {mutant.name}", flush=True)
            results.append((mutant, result))
    if not words:
        REPORT.write_text(report(results), "utf-8")
    alive = sum(result != "killed" for _, result in results)
    print(f"{len(results) - alive} killed, {alive} not")
    return 1 if alive else 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments == ["--list"]:
        print("\n".join(f"{m.file}: {m.name}" for m in mutants()))
        sys.exit(0)
    sys.exit(main(arguments))
