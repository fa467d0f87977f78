"""What the command line says of a wrong call or an unusable file, in the asker's language."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from interpreter.system_errors import SYSTEM_ERRORS
from zongji.settings import SettingError, load_settings
from zongji.words import why

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("zh-CN", "en")


def told(*arguments: str, language: str) -> tuple[int, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZONGJI_")}
    done = subprocess.run(
        [sys.executable, "-m", "zongji", *arguments], cwd=ROOT, env=environment | {"ZONGJI_LOCALE": language},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("arguments", "chinese", "english"),
    [
        (["--help"], "用法:", "Usage:"),
        (["ring", "--help"], "显示本帮助并退出。", "Show this message and exit."),
        (["--version"], "版本", "version"),
        (["nosuch"], "没有“nosuch”这个命令。", "No such command 'nosuch'."),
        (["check"], "缺少参数", "Missing argument"),
        (["--nosuch"], "没有“--nosuch”这个选项。", "--nosuch"),
        (["check", "a", "b"], "多出了参数（b）", "unexpected extra argument"),
        (["bench", "serve"], "缺少选项", "Missing option"),
    ],
)
def test_clicks_own_words(arguments: list[str], chinese: str, english: str, language: str) -> None:
    status, text = told(*arguments, language=language)
    assert status in (0, 2)
    assert {"zh-CN": chinese, "en": english}[language] in text
    for word in (
        "Usage", "Options", "Commands", "Show ", "Error", "Missing", "No such", "Try ", "OPTIONS", "COMMAND", "ARGS",
    ):  # fmt: skip
        assert word not in text or language == "en", text


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("zh-CN", "--seconds 小数  测量秒数  [默认：3.0; 0.1<=x<=600]"),
        ("en", "--seconds FLOAT RANGE  how long to measure  [default: 3.0; 0.1<=x<=600]"),
    ],
)
def test_what_an_option_takes(language: str, line: str) -> None:
    status, text = told("bench", "simulate", "--help", language=language)
    assert (status, text.count(f"\n  {line}\n")) == (0, 1), text


def test_columns_stand_below_one_another_where_letters_are_wide() -> None:
    _, text = told("bench", "simulate", "--help", language="zh-CN")
    begins = [columns(re.split("测量|显示", line)[0]) for line in text.splitlines() if line.startswith("  -")]
    assert len(begins) == 2, text
    assert len(set(begins)) == 1, text


def columns(text: str) -> int:
    return len(text) + len(re.findall(r"[\u4e00-\u9fff]", text))


@pytest.mark.parametrize("command", ["check", "compile", "simulate"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("content", "chinese", "english"),
    [
        (None, "没有这个文件或目录", "no such file or folder"),
        (b'{"a": 1, "a": 2}', "出现两次", "twice"),
        (b"{", "不是有效的 JSON：第 1 行", "not valid JSON: see line 1"),
        (b"\xff", "不是 UTF-8 编码", "not UTF-8"),
        (b'{"a": NaN}', "不是数字", "not a number"),
        (b"[" * 200_000, "嵌套太深", "nested too deeply"),
    ],
    ids=["missing", "twice", "cut", "bytes", "nan", "nest"],
)
def test_a_flow_that_cannot_be_read(
    tmp_path: Path, content: bytes | None, chinese: str, english: str, language: str, command: str
) -> None:
    file = tmp_path / "flow.json"
    if content is not None:
        file.write_bytes(content)
    status, text = told(command, str(file), language=language)
    assert status == 2
    assert {"zh-CN": chinese, "en": english}[language] in text
    assert bool(re.search(r"[\u4e00-\u9fff]", text)) == (language == "zh-CN")


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EADDRINUSE, errno.ENOTDIR, errno.EISDIR,
                                    errno.ENOSPC])  # fmt: skip
def test_the_systems_errors_are_said_in_both_languages(number: int) -> None:
    error = OSError(number, os.strerror(number))
    chinese, english = why(error, "zh-CN"), why(error, "en")
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert not re.search(r"[\u4e00-\u9fff]", english)
    assert (chinese, english) == SYSTEM_ERRORS[number]


def test_an_error_without_words_of_ours_is_said_in_the_systems() -> None:
    assert why(OSError(errno.EXDEV, "Invalid cross-device link"), "zh-CN") == "Invalid cross-device link"
    assert why(OSError("odd"), "en") == "odd"


@pytest.mark.parametrize(
    ("content", "chinese", "english"),
    [
        (None, "没有这个文件或目录", "no such file or folder"),
        (b"\xff", "不是 UTF-8 文本", "it is not UTF-8 text"),
        (b"qa = 1\nweb = ]", "不是有效的 TOML：第 2 行第 7 列", "it is not valid TOML: line 2, column 7"),
        (b"web = [", "文件结尾处不完整", "it ends too early"),
    ],
)
def test_a_settings_file_that_cannot_be_read(
    tmp_path: Path, content: bytes | None, chinese: str, english: str
) -> None:
    file = tmp_path / "zongji.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingError) as caught:
        load_settings({}, {}, file)
    assert chinese in caught.value.message("zh-CN")
    assert english in caught.value.message("en")
    assert "line" not in caught.value.message("zh-CN")


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "SIP 地址“nonsense”不可用"), ("en", "cannot be used")])
def test_a_measured_runtime_that_cannot_start(tmp_path: Path, language: str, words: str) -> None:
    data = tmp_path / "bench"
    status, text = told("bench", "serve", "--sip", "nonsense", "--data", str(data), language=language)
    assert status == 2
    assert words in text
    assert bool(re.search(r"[\u4e00-\u9fff]", text)) == (language == "zh-CN")
    assert not data.exists()
    (tmp_path / "file").write_text("mine")
    status, text = told("bench", "serve", "--data", str(tmp_path / "file" / "data"), language=language)
    assert status == 5
    assert {"zh-CN": "路径中有一段不是目录", "en": "part of the path is not a folder"}[language] in text


@pytest.mark.parametrize(
    ("language", "words"), [("zh-CN", "路径中有一段不是目录"), ("en", "part of the path is not a folder")]
)
def test_a_data_folder_that_cannot_be_made(tmp_path: Path, language: str, words: str) -> None:
    (tmp_path / "file").write_text("mine")
    status, text = told("tenant", "add", "Acme", "--data", str(tmp_path / "file" / "data"), language=language)
    assert status == os.EX_CONFIG
    assert words in text
    assert "Traceback" not in text


def test_the_option_locale_is_heeded_by_settings_and_by_what_is_said_of_them() -> None:
    status, text = told("settings", "--locale", "en", language="zh-CN")
    assert status == 0
    assert not re.search(r"[\u4e00-\u9fff]", text)
    status, text = told("serve", "--locale", "en", "--web", "nonsense", language="zh-CN")
    assert status == os.EX_CONFIG
    assert "expected HOST:PORT" in text
    status, text = told("serve", "--locale", "zh-CN", "--web", "nonsense", language="en")
    assert "应为 主机:端口" in text


def test_the_language_of_the_settings_file_is_heeded_too(tmp_path: Path) -> None:
    (tmp_path / "zongji.toml").write_text('locale = "en"\nweb = "nonsense"\n')
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZONGJI_")}
    for arguments, part in ((["--web", "127.0.0.1:80"], "address of the page"), ([], "expected HOST:PORT")):
        done = subprocess.run(
            [sys.executable, "-m", "zongji", "settings", "--config", str(tmp_path / "zongji.toml"), *arguments],
            cwd=ROOT, env=environment | {"LANG": "zh_CN.UTF-8"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, encoding="utf-8",
        )
        assert part in done.stdout
        assert not re.search(r"[\u4e00-\u9fff]", done.stdout)
