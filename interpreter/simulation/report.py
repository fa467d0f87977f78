"""``zongji simulate``: run scenario files against a flow file and tell people and CI how they went."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from interpreter import system_errors
from interpreter.compiler import FlowError, Resources, compile_flow
from interpreter.flow import parse_json
from interpreter.machine.program import Program
from interpreter.simulation.coverage import coverage
from interpreter.simulation.errors import ScenarioError
from interpreter.simulation.prompts import system_prompt_seconds
from interpreter.simulation.scenario_file import load_scenario
from interpreter.simulation.simulate import Result, run_scenario

PASSED, FAILED, UNUSABLE = 0, 1, 2
"""Exit statuses: all went as expected; some did not; the flow, or any scenario, cannot be run."""

Out = Callable[[str], object]

_WORDS = {
    "unreadable": ("读不了 {path}：{why}", "Cannot read {path}: {why}"),
    "flow": ("流程有错误，不能运行：", "The flow has errors and cannot run:"),
    "none": ("没有场景：{path}", "No scenarios: {path}"),
    "sum": ("{passed} 个通过，{failed} 个不符", "{passed} passed, {failed} failed"),
    "unusable": ("，{n} 个读不了", ", {n} unreadable"),
    "coverage": ("出口覆盖 {taken}/{all}（{percent:.0f}%）", "exits covered: {taken} of {all} ({percent:.0f} %)"),
    "missing": ("没有走过：{exit}", "never taken: {exit}"),
    "caller": ("第 {n} 位来电者（{caller}）：", "caller {n} ({caller}):"),
    "pass": ("通过", "ok"),
    "fail": ("不符", "FAILED"),
}


def simulate_files(
    flow_path: str | Path,
    scenario_paths: Sequence[str | Path],
    *,
    coverage: bool = False,
    locale: str = "zh-CN",
    out: Out = print,
    resources: Resources | None = None,
    seconds: Mapping[str, float] | None = None,
) -> int:
    """Run scenarios against a flow; returns the exit status (``PASSED``, ``FAILED``, ``UNUSABLE``).

    flow_path: the flow's JSON file, or the folder with ``flow.json``. scenario_paths: files or folders of
    ``*.yaml``; none means the folder ``scenarios`` beside the flow. out: takes one line of text at a time.
    resources: what the tenant has, for checking the flow. seconds: measured lengths of own prompts by key; those of
    system prompts are known.
    """
    report = _Report(locale, out)
    file = Path(flow_path)
    file = file / "flow.json" if file.is_dir() else file
    program = report.compile(file, resources)
    if program is None:
        return UNUSABLE
    files = find_scenarios(scenario_paths or [file.parent / "scenarios"])
    if not files:
        report.say("none", path=", ".join(str(path) for path in scenario_paths) or file.parent / "scenarios")
        return UNUSABLE
    results = [report.run(program, path, seconds) for path in files]
    report.sum_up(results)
    if coverage:
        report.covered(program, [result for result in results if result is not None])
    if None in results:
        return UNUSABLE
    return PASSED if all(result is not None and result.passed for result in results) else FAILED


def find_scenarios(paths: Iterable[str | Path]) -> list[Path]:
    """Scenario files, a folder standing for its ``*.yaml`` and ``*.yml`` in order of their names."""
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            files += sorted(file for file in path.iterdir() if file.suffix in (".yaml", ".yml"))
        elif path.exists() or path.suffix:
            files.append(path)
    return files


class _Report:
    """Says things in one language, line by line."""

    def __init__(self, locale: str, out: Out) -> None:
        self._locale = locale if locale in ("zh-CN", "en") else "zh-CN"
        self._out = out

    def say(self, code: str, /, **places: object) -> None:
        self._out(self._words(code).format(**places))

    def compile(self, file: Path, resources: Resources | None) -> Program | None:
        """The compiled flow, or None after saying why there is none."""
        try:
            document = parse_json(file.read_bytes())
        except OSError as error:
            self.say("unreadable", path=file, why=system_errors.why(error)[self._locale])
            return None
        except FlowError as error:
            self.say("unreadable", path=file, why=error.issues[0].message[self._locale])
            return None
        try:
            return compile_flow(document, resources=resources)
        except FlowError as error:
            self.say("flow")
            for issue in error.issues:
                place = ".".join(part for part in (issue.node, issue.field) if part) or "-"
                self._out(f"  {place}  {issue.message[self._locale]}  [{issue.code}]")
            return None

    def run(self, program: Program, file: Path, seconds: Mapping[str, float] | None) -> Result | None:
        """Run one file and tell how it went; None where it cannot be run."""
        try:
            scenario = load_scenario(file)
        except ScenarioError as error:
            for issue in error.issues:
                self._out(issue.text(self._locale, error.file))
            return None
        lengths = {**system_prompt_seconds(program.locale), **(seconds or {})}
        result = run_scenario(program, scenario, seconds=lengths)
        mark = self._words("pass" if result.passed else "fail")
        self._out(f"{mark}  {file.name}  {scenario.name[self._locale]}  ({result.seconds:.1f} s)")
        for number, call in enumerate((result, *result.others), 1):
            if call.failures:
                self._differs(call, number if result.others else None)
        return result

    def _differs(self, result: Result, number: int | None) -> None:
        """What is otherwise than expected in one call, and how it went. number: of several callers."""
        if number is not None:
            self._out("    " + self._words("caller").format(n=number, caller=result.scenario.caller))
        for failure in result.failures:
            self._out(f"    {failure[self._locale]}")
        for line in result.transcript:
            self._out(f"      {line}")

    def sum_up(self, results: Sequence[Result | None]) -> None:
        ran = [result for result in results if result is not None]
        passed = sum(result.passed for result in ran)
        line = self._words("sum").format(passed=passed, failed=len(ran) - passed)
        if len(ran) < len(results):
            line += self._words("unusable").format(n=len(results) - len(ran))
        self._out(line)

    def covered(self, program: Program, results: Sequence[Result]) -> None:
        found = coverage(program, [outcome for result in results for outcome in result.outcomes])
        taken = len(found.taken) - len(found.missing)
        self.say("coverage", taken=taken, all=len(found.taken), percent=100 * found.share)
        for node, exit_ in found.missing:
            label = program.exits[node, exit_]
            self.say("missing", exit=f"{node}:{exit_}" + (f" ({label})" if label else ""))

    def _words(self, code: str) -> str:
        return _WORDS[code][1 if self._locale == "en" else 0]
