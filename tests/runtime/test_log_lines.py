"""What strangers send makes no line of its own in the log."""

from __future__ import annotations

import io
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runtime.softphone import until

from interpreter.runtime.log_lines import OneLine, printable
from interpreter.sip.events import CallFailed

FORGED = "400\r\n2026-11-20 20:00:00,000 ERROR zongji.call: FORGED"


@pytest.fixture
def log():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    logger = logging.getLogger("zongji.call")
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.INFO)
    yield lambda: stream.getvalue().splitlines()
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("总机 801", "总机 801"),
        ("a\nb", r"a\x0ab"),
        ("\x1b[2J", r"\x1b[2J"),
        ("\x85\u2028\u202e", r"\x85\u2028\u202e"),
        ("\udcff\U000e0001", r"\udcff\U000e0001"),
    ],
)
def test_what_cannot_be_printed_is_escaped(text, written):
    assert printable(text) == written


@given(st.text())
def test_whatever_is_said_is_one_line_that_any_stream_takes(text):
    record = logging.LogRecord("zongji.call", logging.INFO, "", 1, "INVITE for %s refused", (text,), None)
    line = OneLine().format(record)
    assert len(line.splitlines()) == 1
    assert line.encode()


def test_no_line_of_a_stack_looks_like_a_record(log):
    try:
        raise ValueError(FORGED)
    except ValueError:
        logging.getLogger("zongji.call").exception("call %s: incident", "1\n2")
    first, *stack = log()
    assert first.endswith(r"call 1\x0a2: incident")
    assert any("FORGED" in line for line in stack)
    assert all(line.startswith("  ") for line in stack)


@pytest.mark.e2e
async def test_a_line_break_in_a_request_uri(line, log):
    await line.start()
    phone = await line.phone()
    phone.dial("400%0d%0a2026-11-20%2020:00:00,000%20ERROR%20zongji.call:%20FORGED")
    assert (await phone.wait(CallFailed)).status == 404
    await until(lambda: any("refused" in text for text in log()))
    assert [text for text in log() if text.startswith("2026-11-20 20:00:00")] == []
