"""Prompts: uploaded from any format, heard in the page, judged, and played to callers from the next publish on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from playwright.sync_api import Locator, Page, Route, expect

from interpreter.rtp import wav
from support.flow_documents import flow, node
from support.hearing import ALIKE, hears, published_prompts
from support.page import Editor, answer_of, confirm
from support.phones import Baresip
from support.server import Api, Zongji
from support.sound import RATE, tone, write_wav
from zongji.ring.listening import likeness

pytestmark = pytest.mark.browser

EXITS = ["answered", "busy", "no_answer", "offline", "no_such", "no_input"]
ASK = flow(
    node("ask", "extension", operator=False, attempts=1, timeout=1),
    node("bye", "hangup"),
    edges=", ".join(f"ask.{exit} -> bye" for exit in EXITS),
)


def sweep(seconds: float = 2.5) -> np.ndarray:
    """A sound like nothing else: from 300 to 2,500 Hz, in bursts."""
    t = np.arange(int(seconds * RATE)) / RATE
    phase = 2 * np.pi * (300 * t + 0.5 * (2200 / seconds) * t**2)
    return (9000 * np.sin(phase) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * t))).astype(np.int16)


def as_mp3(sound: np.ndarray, folder: Path, name: str) -> Path:
    """As a recorder at home makes it: mp3, 44.1 kHz, stereo."""
    mono = soxr.resample(sound.astype(np.float64) / 32768, RATE, 44_100)
    soundfile.write(folder / name, np.column_stack([mono, 0.8 * mono]), 44_100)
    return folder / name


@pytest.fixture
def prompts(page: Page) -> Page:
    page.goto("/#/prompts")
    expect(page.get_by_test_id("upload")).to_be_visible()
    return page


def row(page: Page, name: str) -> Locator:
    page.get_by_test_id("list-search").locator("input").fill(name)
    return page.get_by_role("row").filter(has=page.get_by_text(name, exact=True))


def upload(page: Page, file: Path) -> int:
    """Gives the status of the server's answer."""
    return answer_of(page, "POST", "/prompts", lambda: page.get_by_test_id("upload-file").set_input_files(file)).status


def plays(player: Locator, page: Page) -> None:
    """It is heard: the browser's audio moves on."""
    player.locator(".player button").click()
    expect(player.locator(".player input[type=range]")).not_to_have_value("0")
    expect(player.locator(".player [role=alert]")).to_have_count(0)


def test_an_uploaded_mp3_is_heard_in_the_page_and_by_the_next_versions_callers(
    prompts: Page, zongji: Zongji, api: Api, answering: Callable[..., str], telephone: Callable[..., Baresip],
    tmp_path: Path,
) -> None:
    page, number, mine = prompts, "4008880002", sweep()
    flow_id = answering(ASK, number)
    system = published_prompts(zongji.data, number)["file:pv_inputext.wav"]
    assert likeness(np.pad(system, (0, len(mine))), mine)[0] < 0.3

    assert upload(page, as_mp3(mine, tmp_path, "pv_inputext.mp3")) == 201
    own = row(page, "pv_inputext.wav")
    expect(own).to_contain_text("上传")
    plays(own, page)
    heard = wav.parse(page.request.get("/api/v1/prompts/pv_inputext.wav/audio").body())
    assert likeness(np.pad(heard.samples[:, 0], (0, len(mine))), mine)[0] > ALIKE

    unchanged = published_prompts(zongji.data, number)["file:pv_inputext.wav"]
    assert np.array_equal(unchanged, system), "a published version never changes"
    editor = Editor(page).open(flow_id)
    assert editor.publish("新提示音") == 2
    bound = api.get("/numbers?q=4008880002")["items"][0]
    api.put(f"/numbers/{bound['id']}", {"revision": bound["revision"], "flow_id": flow_id, "version": 2})
    caller = telephone("13911113333")
    caller.dial(number)
    caller.wait_for("CALL_ESTABLISHED")
    assert hears(caller, mine) > ALIKE


def test_a_prompt_written_as_text_is_spoken(prompts: Page) -> None:
    prompts.get_by_test_id("speak").click()
    prompts.get_by_test_id("speak-name").fill("假日问候")
    prompts.get_by_test_id("speak-text").fill("祝您节日快乐。")
    plays(prompts.get_by_role("dialog"), prompts)
    confirm(prompts)
    spoken = row(prompts, "假日问候.wav")
    expect(spoken).to_contain_text("祝您节日快乐。")
    plays(spoken, prompts)


@pytest.mark.parametrize(
    ("kind", "sound"),
    [("silent", np.zeros(2 * RATE, np.int16)), ("clipped", np.clip(tone(300, 2, 32767) * 3.0, -32767, 32767))],
)
def test_bad_sound_is_warned_of(prompts: Page, tmp_path: Path, kind: str, sound: np.ndarray) -> None:
    assert upload(prompts, write_wav(tmp_path / f"{kind}.wav", sound)) == 201
    expect(row(prompts, f"{kind}.wav").get_by_test_id(f"warning-{kind}")).to_be_visible()


def test_what_is_no_audio_is_refused_in_words(prompts: Page, tmp_path: Path) -> None:
    (tmp_path / "合同.wav").write_bytes(b"%PDF-1.7 not a sound at all" * 40)
    assert upload(prompts, tmp_path / "合同.wav") == 422
    expect(prompts.get_by_role("alert")).to_contain_text("不是可以识别的音频文件")
    expect(row(prompts, "合同.wav")).to_have_count(0)


def test_a_file_over_the_limit_is_not_even_sent(prompts: Page, api: Api, tmp_path: Path) -> None:
    limit = api.get("/status")["limits"]["upload_bytes"]
    sent: list[str] = []
    prompts.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    status = "**/api/v1/status"
    late: list[Route] = []
    held = True

    def hold(route: Route) -> None:
        if held:
            late.append(route)
        else:  # a request is told of before it comes here
            route.continue_()

    prompts.route(status, hold)
    prompts.reload()
    expect(prompts.get_by_role("row").nth(1)).to_be_visible()
    with (tmp_path / "long.wav").open("wb") as file:
        file.write(b"RIFF")
        file.truncate(limit + 1)
    with prompts.expect_request(status):
        prompts.get_by_test_id("upload-file").set_input_files(tmp_path / "long.wav")
    held = False
    for route in late:
        route.continue_()
    expect(prompts.get_by_role("alert")).to_contain_text("MB")
    assert not sent
