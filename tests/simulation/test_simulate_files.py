"""What ``zongji simulate`` says, and its exit status."""

from __future__ import annotations

import json
import re

import pytest

from interpreter.simulation import coverage, run_scenario, simulate_files

GOOD = '{name: {zh-CN: 按 2 留言, en: A message}, steps: [{press: "2"}], expect: {ended_by: flow}}'
BAD = "{name: never presses, expect: {ended_by: caller}}"


def simulate(folder, *scenarios, **options) -> tuple[int, list[str]]:
    lines: list[str] = []
    status = simulate_files(folder, scenarios, locale=options.pop("locale", "en"), out=lines.append, **options)
    return status, lines


def write(folder, **files: str) -> None:
    for name, text in files.items():
        (folder / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_scenarios_beside_the_flow_are_found_and_pass(desk_file):
    write(desk_file, b=GOOD, a=GOOD)
    assert simulate(desk_file) == (0, [
        "ok  a.yaml  A message  (10.3 s)",
        "ok  b.yaml  A message  (10.3 s)",
        "2 passed, 0 failed",
    ])  # fmt: skip


def test_a_failure_shows_the_difference_and_the_transcript(desk_file):
    write(desk_file, good=GOOD, bad=BAD)
    status, lines = simulate(desk_file / "flow.json", desk_file / "scenarios" / "bad.yaml")
    assert status == 1
    assert lines[0].startswith("FAILED  bad.yaml  never presses")
    assert lines[1] == "    ended_by should be caller, was flow"
    assert lines[2] == "      0.000 < call"
    assert lines[-1] == "0 passed, 1 failed"


def test_of_several_callers_those_are_shown_that_went_otherwise(desk_file):
    write(desk_file, three="""
        name: three
        steps: [{press: "2"}]
        others: [{caller: 13900139000, expect: {ended_by: caller}}, {steps: [{press: "2"}], expect: {ended_by: flow}}]
        expect: {ended_by: flow}
    """)
    status, lines = simulate(desk_file)
    assert status == 1
    assert lines[1:3] == ["    caller 2 (13900139000):", "    ended_by should be caller, was flow"]
    assert lines[-1] == "0 passed, 1 failed"
    assert len([line for line in lines if line.endswith("< call")]) == 1


def test_coverage_names_the_exits_that_no_scenario_took(desk_file):
    write(desk_file, good=GOOD)
    status, lines = simulate(desk_file, coverage=True)
    assert status == 0
    assert "exits covered: 3 of 11 (27 %)" in lines
    assert "never taken: sales:busy" in lines
    assert "never taken: main:1 (sales)" in lines


def test_counts_per_exit(desk, read):
    outcomes = [run_scenario(desk, read(GOOD)).outcome, run_scenario(desk, read(BAD)).outcome]
    found = coverage(desk, outcomes)
    assert found.taken["start", "next"] == 2
    assert found.taken["main", "no_input"] == 1
    assert found.share == pytest.approx(4 / 11)


def test_words_are_chinese_by_default(desk_file):
    write(desk_file, good=GOOD)
    assert simulate(desk_file, locale="zh-CN")[1] == ["通过  good.yaml  按 2 留言  (10.3 s)", "1 个通过，0 个不符"]


@pytest.mark.parametrize(
    ("text", "first_line"),
    [("{", "Cannot read"), ("[]", "The flow has errors"), ('{"format": "zongji.flow/1"}', "The flow has errors")],
)
def test_a_broken_flow_is_told(desk_file, text, first_line):
    (desk_file / "flow.json").write_text(text, encoding="utf-8")
    status, lines = simulate(desk_file)
    assert status == 2
    assert lines[0].startswith(first_line)


@pytest.mark.parametrize(
    ("content", "chinese", "english"),
    [(None, "没有这个文件或目录", "no such file or folder"), (b"{", "不是有效的 JSON：第 1 行", "not valid JSON"),
     (b"\xff", "不是 UTF-8 编码", "not UTF-8")],
)  # fmt: skip
def test_why_a_flow_cannot_be_read_is_said_in_one_language(desk_file, content, chinese, english):
    (desk_file / "flow.json").unlink()
    if content is not None:
        (desk_file / "flow.json").write_bytes(content)
    for locale, words in (("zh-CN", chinese), ("en", english)):
        status, (line,) = simulate(desk_file, locale=locale)
        assert status == 2
        assert words in line
        assert bool(re.search(r"[\u4e00-\u9fff]", line)) == (locale == "zh-CN")


def test_no_flow_and_no_scenario_are_told(desk_file, tmp_path):
    assert simulate(tmp_path / "nowhere")[0] == 2
    status, lines = simulate(desk_file)
    assert status == 2
    assert lines[0].startswith("No scenarios")


def test_an_unreadable_scenario_does_not_hide_the_others(desk_file):
    write(desk_file, good=GOOD, broken="name: x")
    status, lines = simulate(desk_file)
    assert status == 2
    assert lines[0].endswith("broken.yaml:1: expect is missing")
    assert lines[-1] == "1 passed, 0 failed, 1 unreadable"


def test_a_refused_flow_says_what_is_wrong(desk_file):
    document = json.loads((desk_file / "flow.json").read_text(encoding="utf-8"))
    document["edges"].pop(0)
    (desk_file / "flow.json").write_text(json.dumps(document), encoding="utf-8")
    status, lines = simulate(desk_file)
    assert status == 2
    assert any("start" in line for line in lines[1:])
