"""Puts faults into a copy of the house, one after the other, and asks whether a test notices.

``make mutants``, or ``python tests/mutants/run.py [--list] [--again] [WORD...]`` for those whose name or file holds a
word. A mutant is an edit in ``mutants.yaml``: a file, a text that stands in it exactly once, what it becomes, and the
tests that must fail then. Before the faults the same tests run without one: all of them must pass.

Nothing is written into this checkout but the report, ``docs/mutants.md`` (a whole run only), and what is known
already: a run that was broken off goes on where it was, unless anything that git knows has changed (``--again``: all
anew). Ends with 1 where a fault was not noticed or does not fit the code any more.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutants.yaml")
REPORT = ROOT / "docs" / "mutants.md"
KNOWN = ROOT / ".make" / "mutants.json"
TIMEOUT_SECONDS = 300
"""A fault that hangs a test is noticed, too."""

ENGINE = (".pyx", ".pxd", ".h")
PAGE_TESTS = (".ts", ".tsx")
IS_TEST = re.compile(r"^test_.*\.py$|\.test\.tsx?$")


@dataclass(frozen=True)
class Mutant:
    """name: the fault in words. find: stands once in ``file``. tests: files or ``file::test``, of pytest or vitest."""

    name: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]

    @property
    def on_page(self) -> bool:
        return self.tests[0].endswith(PAGE_TESTS)

    @cached_property
    def key(self) -> str:
        """A name for all that decides the result, beside the house itself: the edit, and the files of its tests."""
        digest = hashlib.sha256(repr(self).encode())
        for file in dict.fromkeys(test.partition("::")[0] for test in self.tests):
            digest.update((ROOT / file).read_bytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Result:
    """noticed: by which test. trouble: why there is no result; "" where there is one."""

    noticed: str = ""
    trouble: str = ""

    def __str__(self) -> str:
        return f"BAD: {self.trouble}" if self.trouble else "killed" if self.noticed else "SURVIVED"


class BadMutant(Exception):
    """The edit does not fit the code any more, or its tests cannot run."""


def mutants() -> list[Mutant]:
    return [Mutant(**{**entry, "tests": tuple(entry["tests"])}) for entry in yaml.safe_load(LIST.read_text("utf-8"))]


def with_fault(mutant: Mutant, text: str) -> str:
    """The file's text with the fault in it. Raises BadMutant."""
    if text.count(mutant.find) != 1:
        raise BadMutant(f"{mutant.file} holds the text {text.count(mutant.find)} times: {mutant.find!r}")
    changed = text.replace(mutant.find, mutant.replace)
    if mutant.file.endswith(".py"):
        try:
            ast.parse(changed)
        except SyntaxError as error:
            raise BadMutant(f"{mutant.file} cannot be read any more: {error}") from None
    return changed


# the copy


def files_of_house() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [Path(name) for name in names if name and (ROOT / name).is_file() and ROOT / name != REPORT]


def state_of_house() -> str:
    """Changes with every change of a file that has no part in one mutant alone (``Mutant.key``) and is no document."""
    digest = hashlib.sha256()
    for name in files_of_house():
        if ROOT / name != LIST and not IS_TEST.search(name.name) and name.suffix != ".md":
            digest.update(f"{name}\0".encode() + (ROOT / name).read_bytes())
    return digest.hexdigest()


def commit() -> str:
    """What the run was made on, in words."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True, text=True).stdout

    names = [line[3:] for line in git("status", "--porcelain").splitlines() if ROOT / line[3:] != REPORT]
    changed = ", ".join(f"`{name}`" for name in names)
    return f"commit {git('rev-parse', '--short=10', 'HEAD').strip()}" + (f" with changes in {changed}" if names else "")


def copy_of_house(folder: Path) -> None:
    """What git knows or would take, and what was built: engine, page and its packages."""
    for name in files_of_house():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    put_engine(folder)
    for built in ("static/node_modules", "static/dist"):
        if (ROOT / built).exists():
            (folder / built).symlink_to(ROOT / built)


def put_engine(folder: Path) -> None:
    for built in (ROOT / "interpreter" / "rtp").glob("*.so"):
        shutil.copy2(built, folder / "interpreter" / "rtp")


@contextmanager
def mutated(folder: Path, mutant: Mutant) -> Iterator[None]:
    """The copy with the fault in it. Raises BadMutant."""
    path = folder / mutant.file
    before = path.read_text("utf-8")
    path.write_text(with_fault(mutant, before), "utf-8")
    engine = path.suffix in ENGINE
    try:
        if engine:
            compile_engine(folder)
        yield
    finally:
        path.write_text(before, "utf-8")
        if engine:
            put_engine(folder)


def compile_engine(folder: Path) -> None:
    """Not as fast as the real one, but in half the time."""
    setup = folder / "setup.py"
    setup.write_text(setup.read_text("utf-8").replace('"-O3"', '"-O1"'), "utf-8")
    command = [sys.executable, "setup.py", "-q", "build_ext", "--inplace", "--force"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True)
    if done.returncode:
        raise BadMutant(f"the engine cannot be compiled: {done.stderr[-500:]}")


# the tests


def first_failure(folder: Path, tests: Sequence[str], on_page: bool) -> str:
    """The test that fails, "" where none does. Raises BadMutant where they cannot even be collected."""
    if on_page:
        command = ["npx", "--no-install", "vitest", "run", "--bail=1"]
        command += [test.removeprefix("static/") for test in tests]
    else:
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-rfE", "--no-header", "-p", "no:cacheprovider", *tests]
    # The editable installation names the checkout, so a child process could find that before the copy.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder), "NO_COLOR": "1"}
    status, said = run(command, folder / "static" if on_page else folder, environment)
    if status is None:
        return "time-out"
    if status == 0:
        return ""
    failed = re.search(r"^ ?(?:FAILED|FAIL) +(\S.*?)(?: - .*)?$", said, re.MULTILINE)
    if status != 1 or failed is None:
        raise BadMutant(f"the tests end with {status}: {' '.join(said[-600:].split())}")
    return failed[1].partition("[")[0].rsplit("/", 1)[-1]


def run(command: Sequence[str], folder: Path, environment: dict[str, str]) -> tuple[int | None, str]:
    """(status, output) of a command; status None where it took too long. None of its children stays."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        child = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        status: int | None = None
        try:
            status = child.wait(TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()
        said.seek(0)
        return status, said.read()


def without_fault(folder: Path, chosen: Sequence[Mutant]) -> str:
    """The test of these mutants that fails though nothing is changed, "" where all is well."""
    for on_page in (False, True):
        files = list(dict.fromkeys(test for mutant in chosen if mutant.on_page is on_page for test in mutant.tests))
        if files and (failed := first_failure(folder, files, on_page)):
            return failed
    return ""


def judge(folder: Path, mutant: Mutant) -> Result:
    try:
        with mutated(folder, mutant):
            return Result(noticed=first_failure(folder, mutant.tests, mutant.on_page))
    except BadMutant as error:
        return Result(trouble=str(error))


# what is known


def known(state: str) -> dict[str, Result]:
    """Results of an earlier run on the very same house."""
    try:
        held = json.loads(KNOWN.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {key: Result(noticed) for key, noticed in held["noticed"].items()} if held["state"] == state else {}


def keep(state: str, results: dict[str, Result]) -> None:
    KNOWN.parent.mkdir(exist_ok=True)
    noticed = {key: result.noticed for key, result in results.items() if result.noticed}
    KNOWN.write_text(json.dumps({"state": state, "noticed": noticed}), "utf-8")


def report(made_on: str, results: Sequence[tuple[Mutant, Result]]) -> str:
    noticed = sum(bool(result.noticed) for _, result in results)
    lines = [
        "# Faults put in by hand",
        "",
        f"`make mutants` on {time.strftime('%Y-%m-%d')}, {made_on}: {len(results)} faults, {noticed} noticed, "
        f"{len(results) - noticed} not. Without a fault all these tests pass.",
        "The list is `tests/mutants/mutants.yaml`; this page is written by `tests/mutants/run.py`.",
        "",
        "| fault | file | result | noticed first by |",
        "| --- | --- | --- | --- |",
    ]
    for mutant, result in results:
        noticed_by = f"`{result.noticed}`".replace("|", "\\|") if result.noticed else ""
        lines.append(f"| {mutant.name} | `{mutant.file}` | {result} | {noticed_by} |")
    return "\n".join(lines) + "\n"


def main(words: Sequence[str], *, again: bool) -> int:
    chosen = [m for m in mutants() if not words or any(word in m.name or word in m.file for word in words)]
    state, made_on = state_of_house(), commit()
    print(f"{len(chosen)} faults, {made_on}", flush=True)
    results = {} if again else known(state)
    with tempfile.TemporaryDirectory(prefix="zongji-mutants-") as name:
        folder = Path(name)
        copy_of_house(folder)
        left = [mutant for mutant in chosen if mutant.key not in results]
        if failed := without_fault(folder, left):
            print(f"fails without any fault: {failed}")
            return 1
        for number, mutant in enumerate(left, 1):
            begun = time.monotonic()
            results[mutant.key] = result = judge(folder, mutant)
            keep(state, results)
            seconds = time.monotonic() - begun
            print(f"{number:3}/{len(left)} {seconds:4.0f} s {result!s:9} {mutant.name} ({result.noticed})", flush=True)
    if not words:
        REPORT.write_text(report(made_on, [(mutant, results[mutant.key]) for mutant in chosen]), "utf-8")
    alive = sum(not results[mutant.key].noticed for mutant in chosen)
    print(f"{len(chosen) - alive} noticed, {alive} not")
    return 1 if alive else 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments == ["--list"]:
        print("\n".join(f"{m.file}: {m.name}" for m in mutants()))
        sys.exit(0)
    sys.exit(main([word for word in arguments if word != "--again"], again="--again" in arguments))
