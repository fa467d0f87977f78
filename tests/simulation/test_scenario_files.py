"""Scenario files: what is read, and what their authors are told."""

from __future__ import annotations

import contextlib
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.simulation import ScenarioError, load_scenario, parse_scenario
from interpreter.simulation.scenario import HangUp, Person, Press, Say, Wait
from interpreter.simulation.yaml_text import read_yaml


def issues_of(text: str, read) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(text)
    assert all(issue.message["zh-CN"] for issue in caught.value.issues)
    return [f"{issue.line}: {issue.path}: {issue.message['en']}" for issue in caught.value.issues]


def test_everything_a_scenario_can_say(read):
    found = read("""
        name: {zh-CN: 夜间, en: Night}
        caller: 01088886666
        called: "4001234567"
        at: 2026-11-20 20:30
        timezone: Asia/Shanghai
        switch: night
        calendar: {2027-05-04: holiday, 2027-05-08: workday}
        extensions: {801: {state: answers, after: 2, talk: 10}, "002": {state: offline}}
        steps: [{wait: 1.5}, {press: 012}, {press: "#"}, {say: 3}, {hangup: true}]
        expect: {answered_by: null}
    """)
    assert found.name["en"] == "Night"
    assert found.caller == "01088886666"
    assert found.at == 1795177800.0
    assert found.switch == "night"
    assert found.days == {date(2027, 5, 4).toordinal(): False, date(2027, 5, 8).toordinal(): True}
    assert found.people["extension"] == {"801": Person("answers", 2.0, 10.0), "002": Person("offline")}
    assert found.steps == (Wait(1.5), Press("012"), Press("#"), Say(3.0), HangUp())
    assert found.expect.answered_by == ""
    assert found.expect.path is None


@pytest.mark.parametrize(
    ("written", "caller"),
    [
        ("anonymous", "anonymous"),
        ("Anonymous", "Anonymous"),
        ("王先生", "王先生"),
        ("'+86 138-0013 8000'", "+86 138-0013 8000"),
        ("+8613800138000;cpc=ordinary", "+8613800138000;cpc=ordinary"),
        ("sales.team", "sales.team"),
        ("''", ""),
        ("null", ""),
        ("", ""),
    ],
)
def test_every_caller_that_the_line_may_have(read, written, caller):
    assert read(f"{{name: x, caller: {written}, expect: {{cause: normal}}}}").caller == caller


def test_a_caller_who_is_not_written_down_is_a_mobile(read):
    assert read("{name: x, expect: {cause: normal}}").caller == "13800138000"


def test_numbers_are_rung_in_whatever_spelling(read):
    found = read("{name: x, numbers: {+86 20 8888-0000: {state: busy}, '*72': {state: busy}}, expect: {cause: busy}}")
    assert set(found.people["number"]) == {"02088880000", "*72"}


@pytest.mark.parametrize(
    ("text", "issues"),
    [
        ("", ['None: : the file is empty']),
        ("- 1", ['1: : [1] should be of type object']),
        ("name: x", ["1: : expect is missing"]),
        ("name: x\nexpect: {}", ["2: expect: at least one entry is needed"]),
        ("name: x\nexpect: {cause: normal}\nstep: []", ["3: : unknown step (known: name, caller, called, at, "
         "timezone, switch, calendar, extensions, numbers, trunks, groups, services, steps, durations, expect, "
         "others)"]),
        ("name: x\nsteps:\n- press: #\nexpect: {cause: normal}",
         ["3: steps[0].press: has no value (a # must be quoted)"]),
        ("name: x\nsteps:\n- wait: 1\n- wait: 2\n  press: '1'\nexpect: {cause: normal}",
         ["4: steps[1]: a step holds exactly one thing to do"]),
        ("name: x\nextensions:\n  801: {state: asleep}\nexpect: {cause: normal}",
         ['3: extensions.801.state: "asleep" should be one of: answers, busy, no_answer, offline, declined, failed']),
        ("name: x\nsteps: [{wait: -1}]\nexpect: {cause: normal}", ["2: steps[0].wait: -1 is out of range (0)"]),
        ("name: x\nat: 2026-02-30 10:00\nexpect: {cause: normal}",
         ["2: at: there is no such date or time: 2026-02-30 10:00"]),
        ("name: x\ntimezone: Mars/Olympus\nexpect: {cause: normal}",
         ["2: timezone: there is no time zone Mars/Olympus"]),
        ("name: x\ncalendar:\n  2027-02-29: holiday\nexpect: {cause: normal}",
         ["3: calendar: there is no such date: 2027-02-29"]),
        ("name: x\nswitch: noon\nexpect: {cause: normal}",
         ['2: switch: "noon" should be one of: auto, day, night']),
        ("name: x\nname: y", ["2: : name is given twice"]),
        ("name: x\ncaller: [1]\nexpect: {cause: normal}", ["2: caller: [1] should be of type string, integer, null"]),
        (f"name: x\ncaller: {'1' * 101}\nexpect: {{cause: normal}}", [f'2: caller: "{"1" * 38}… cannot be used']),
        ("name: &a [x]\nexpect: *a", ["1: : aliases (*) are not supported"]),
        ("name: [", ["1: : not valid YAML: expected the node content, but found '<stream end>'"]),
        ("name: !!python/object:os.system x", ["1: : not valid YAML: could not determine a constructor for "
         "the tag 'tag:yaml.org,2002:python/object:os.system'"]),
    ],
)  # fmt: skip
def test_what_is_wrong_and_where(text, issues, read):
    assert issues_of(text, read) == issues


def test_a_file_names_itself_in_its_issues(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("name: x\nexpect: {cause: maybe}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    assert caught.value.message("zh-CN") == (
        f'{file}:2: expect.cause: "maybe" 应为其中之一：normal, busy, rejected, error'
    )


@pytest.mark.parametrize(
    ("content", "chinese", "english"),
    [
        (None, "读不了文件：没有这个文件或目录", "cannot read the file: no such file or folder"),
        (b"\xff\xfe\x00", "读不了文件：不是 UTF-8 文本", "cannot read the file: it is not UTF-8 text"),
        (b"a: [", "不是有效的 YAML：文件在此处不完整", "not valid YAML: expected the node content"),
        (b"a: b: c", "不是有效的 YAML：这里不能有“键: 值”", "not valid YAML: mapping values are not allowed here"),
        (b"a: 'b", "不是有效的 YAML：引号没有结束", "not valid YAML: found unexpected end of stream"),
        (b"a:\n\t- b", "缩进请用空格", "cannot start any token"),
        (b"a: 1\nb: \x07", ":2: 不是有效的 YAML：有不允许的字符", "not valid YAML: a character that is not allowed"),
        (b"- a\nb", "不是有效的 YAML", "not valid YAML"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_both_languages(tmp_path, content, chinese, english):
    file = tmp_path / "1.y"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    in_chinese, in_english = (caught.value.message(locale).replace(str(file), "") for locale in ("zh-CN", "en"))
    assert chinese in in_chinese
    assert english in in_english
    assert not re.search(r"[a-z]{3}", in_chinese)
    assert not re.search(r"[\u4e00-\u9fff]", in_english)


@given(st.text(alphabet=st.sampled_from("name: x\n-[]{}#&*!'\"expct1é\t\x00"), max_size=60) | st.text(max_size=40))
def test_any_text_is_a_scenario_or_refused(text):
    with contextlib.suppress(ScenarioError):
        parse_scenario(*read_yaml(text))


def test_types_are_named_in_chinese() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario({"name": "n", "steps": 7, "expect": {"path": 5}})
    said = caught.value.message("zh-CN")
    assert "7 应为以“-”开头的列表" in said
    assert "array" not in said
    assert "array" in caught.value.message("en")
