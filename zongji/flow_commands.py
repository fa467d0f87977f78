"""``zongji check|compile|simulate``: a flow on the desk, without a server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zongji.words import LOCALE, either, say, why

if TYPE_CHECKING:
    from interpreter.flow.calendar import Told


def read_document(path: Path) -> Any:
    """The flow's JSON; ``path`` is the file or the folder that holds ``flow.json``. Exits with 2 if unreadable."""
    from interpreter.flow import FlowError, parse_json

    file = path / "flow.json" if path.is_dir() else path
    try:
        return parse_json(file.read_bytes())
    except OSError as error:
        reason = why(error, LOCALE)
    except FlowError as error:
        reason = error.issues[0].message[LOCALE]
    click.echo(say("flow.unreadable", LOCALE, path=file, why=reason), err=True)
    sys.exit(2)


def tell_issues(issues: list[Any]) -> int:
    """Print issues, errors first; returns how many are errors."""
    errors: int = sum(issue.severity == "error" for issue in issues)
    for issue in sorted(issues, key=lambda issue: issue.severity != "error"):
        place = ".".join(part for part in (issue.node, issue.field) if part) or "-"
        click.echo(f"{say(issue.severity, LOCALE)}  {place}  {issue.message[LOCALE]}  [{issue.code}]")
    if issues:
        click.echo(say("flow.counts", LOCALE, errors=errors, warnings=len(issues) - errors))
    return errors


FLOW = click.argument("flow", type=click.Path(path_type=Path))


@click.command(help=either("检查流程；有错误时退出状态为 1。", "Check a flow; exit status 1 if any issue is an error."))
@FLOW
@click.option("--calendar", type=click.Path(path_type=Path),
              help=either("放假安排的文件（holiday-cn 的 JSON 或 CSV），其中的年份算已知",
                          "a file of announced days (holiday-cn or CSV), whose years count as known"))
def check(flow: Path, calendar: Path | None) -> None:
    from interpreter.compiler import check as check_document
    from zongji.desk import desk_resources

    resources = desk_resources(told=_told(calendar)) if calendar is not None else desk_resources()
    issues = check_document(read_document(flow), resources)
    errors = tell_issues(issues)
    if not issues:
        click.echo(say("flow.clean", LOCALE))
    sys.exit(1 if errors else 0)


def _told(file: Path) -> Told:
    """The years that a file of days tells. Exits with 2 where the file cannot be used."""
    from interpreter.flow.calendar import told_years
    from zongji.calendar_commands import days_of_file

    days = days_of_file(file)
    announced = [day.day.toordinal() for day in days if day.source == "notice"]
    return told_years([day.day.toordinal() for day in days], announced)


@click.command("compile", help=either("打印编译后的操作，每行带所属节点。",
                                     "Print the operations, each with its node."))
@FLOW
def compile_command(flow: Path) -> None:
    from interpreter.compiler import compile_flow, listing
    from interpreter.flow import FlowError
    from zongji.desk import desk_resources
    from zongji.listing_words import heading, legend

    try:
        program = compile_flow(read_document(flow), resources=desk_resources())
    except FlowError as error:
        tell_issues(list(error.issues))
        sys.exit(1)
    click.echo(f"{heading(LOCALE)}\n\n{listing(program)}\n")
    for line in legend((operation.describe() for operation in program.operations), LOCALE):
        click.echo(line)


@click.command(help=either("在模拟器中运行场景；有不符时退出状态为 1。",
                           "Run scenarios in the simulator; exit status 1 if any fails."))
@FLOW
@click.argument("scenarios", nargs=-1, type=click.Path(path_type=Path))
@click.option("--coverage", is_flag=True, help=either("列出没有走过的出口", "list the exits that no scenario took"))
def simulate(flow: Path, scenarios: tuple[Path, ...], coverage: bool) -> None:
    from interpreter.simulation import simulate_files

    read_document(flow)
    sys.exit(simulate_files(flow, list(scenarios), coverage=coverage, locale=LOCALE, out=click.echo))


COMMANDS = (check, compile_command, simulate)
