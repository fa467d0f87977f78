"""Extensions, messages and recordings: what the page shows of real telephones."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from interpreter.rtp import wav
from support.flow_documents import flow, node
from support.page import answer_of, confirm
from support.phones import Baresip
from support.server import Zongji
from support.sound import loudest_second, tone, tone_share

pytestmark = pytest.mark.browser

LEAVE = flow(
    node("box", "voicemail", box="试用信箱", greeting=[{"text": "请留言"}], silence_seconds=2, min_seconds=0,
         max_seconds=20),
    node("bye", "hangup"),
    edges="box.recorded -> bye, box.empty -> bye",
)


def test_an_extensions_secret_is_shown_once_and_registers_a_telephone(
    page: Page, telephone: Callable[..., Baresip], zongji: Zongji
) -> None:
    page.goto("/#/extensions")
    page.get_by_test_id("new-extension").click()
    page.get_by_test_id("extension-number").fill("811")
    page.get_by_test_id("extension-name").fill("新同事")
    confirm(page)
    secret = page.get_by_test_id("secret").inner_text().strip()
    assert len(secret) >= 12
    expect(page.get_by_test_id("sip-server")).to_have_text("127.0.0.1")
    expect(page.get_by_test_id("sip-port")).to_have_text(str(zongji.sip_port))
    expect(page.get_by_test_id("sip-user")).to_have_text("811")
    page.get_by_test_id("secret-close").click()
    expect(page.get_by_test_id("secret")).to_be_hidden()
    page.reload()
    expect(page.get_by_test_id("online-811")).to_have_text("离线")
    assert secret not in page.content()
    with_it = telephone("811", secret=secret)
    expect(page.get_by_test_id("online-811")).to_have_text("在线")
    expect(page.get_by_test_id("telephones-811")).to_have_text(re.compile(r"^127\.0\.0\.1:\d+$"))
    with_it.command("quit")
    expect(page.get_by_test_id("online-811")).to_have_text("离线")
    expect(page.get_by_test_id("telephones-811")).to_have_text("–")


def test_a_message_left_by_telephone_is_heard_in_the_page(
    page: Page, answering: Callable[..., str], telephone: Callable[..., Baresip]
) -> None:
    answering(LEAVE, "4008880003")
    page.goto("/#/voicemail")
    expect(page.get_by_role("table")).to_be_visible()
    caller = telephone("13911114444", source=np.concatenate([tone(700, 5), np.zeros(80000, np.int16)]))
    caller.dial("4008880003")
    caller.wait_for("CALL_ESTABLISHED")
    caller.wait_for("CALL_CLOSED", 30)
    message = page.get_by_role("row").filter(has_text="139 1111 4444")
    expect(message).to_contain_text("试用信箱")
    expect(message).to_contain_text("未听")
    with page.expect_request(re.compile("/voicemails/.+/audio")) as audio:
        answer_of(page, "PUT", "/voicemails/[^/]+", message.locator(".player button").click)
    expect(message.locator(".player input[type=range]")).not_to_have_value("0")
    expect(message).to_contain_text("已听")
    sound = wav.parse(page.request.get(audio.value.url).body()).samples[:, 0]
    assert tone_share(loudest_second(sound), 700) > 0.9


def test_a_call_is_cut_off_by_hand(
    page: Page, answering: Callable[..., str], telephone: Callable[..., Baresip]
) -> None:
    long_menu = node("main", "menu", prompt=[{"text": "请按一"}], keys={"1": "一"}, timeout=60)
    answering(flow(long_menu, edges="main.1 -> error, main.no_input -> error, main.no_match -> error"), "4008880004")
    page.goto("/#/calls")
    caller = telephone("13911115555")
    caller.dial("4008880004")
    caller.wait_for("CALL_ESTABLISHED")
    live = page.get_by_test_id("live-calls").locator("article").filter(has_text="139 1111 5555")
    live.get_by_role("button", name="挂断").click()
    page.locator(".ant-popconfirm:visible .ant-btn-primary").click()
    caller.wait_for("CALL_CLOSED")
    expect(live).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="139 1111 5555")).to_contain_text("人工挂断")


def test_a_record_that_comes_late_is_shown_when_it_comes(
    page: Page, telephone: Callable[..., Baresip], zongji: Zongji
) -> None:
    """The page is opened when the call is over and its record is not there yet: it has missed the call's end."""
    caller, called = telephone("801"), telephone("803")
    database = sqlite3.connect(zongji.data / "zongji.db", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")  # records wait for us now
    try:
        caller.dial("803")
        called.wait_for("CALL_INCOMING")
        called.accept()
        caller.wait_for("CALL_ESTABLISHED")
        called.hang_up()
        caller.wait_for("CALL_CLOSED")
        answer_of(page, "GET", "/calls", lambda: page.goto("/#/calls"))
        call = page.get_by_role("row").filter(has_text="801").filter(has_text="803")
        expect(page.get_by_test_id("live-calls")).to_contain_text("0")
        expect(call).to_have_count(0)
    finally:
        database.close()
    expect(call).to_contain_text("接听人挂机")


def test_a_call_between_extensions_is_shown_as_such(page: Page, telephone: Callable[..., Baresip]) -> None:
    caller, called = telephone("802"), telephone("803")
    caller.dial("803")
    called.wait_for("CALL_INCOMING")
    called.accept()
    caller.wait_for("CALL_ESTABLISHED")
    called.hang_up()
    caller.wait_for("CALL_CLOSED")
    page.goto("/#/calls")
    call = page.get_by_role("row").filter(has_text="802").filter(has_text="803").first
    expect(call).to_contain_text("分机互拨")
    expect(call).to_contain_text("接听人挂机")
    expect(call).not_to_contain_text("流程结束")
    call.get_by_role("button").click()
    expect(page.get_by_test_id("call-detail")).to_contain_text("接听人挂机")
