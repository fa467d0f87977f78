"""Two companies with the same extensions on one installation, each with real telephones: set up as the how-to says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from support.hearing import hears_tones
from support.phones import Baresip, Line
from support.server import ROOT, Api, Zongji
from support.sound import loudest_second, tone, tone_share

pytestmark = pytest.mark.e2e

DOMAIN = "pbx.other.example"
OURS_HZ, THEIRS_HZ = 700, 900

Phone = Callable[..., Baresip]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zongji]:
    server = Zongji(tmp_path_factory.mktemp("two") / "data")
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def other(server: Zongji) -> dict[str, str]:
    """The second company, made on the command line: its administrator's password, and the extensions' by number."""

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "zongji", *arguments, "--data", str(server.data)]
        said = subprocess.run(command, cwd=ROOT, env=server.environment, capture_output=True, text=True, check=True)
        return said.stdout.strip().rsplit(maxsplit=1)[-1]

    secrets = {"admin": run("tenant", "add", "Other", "--admin", "other", "--domain", DOMAIN)}
    return secrets | {number: run("extension", "add", number, "--tenant", "Other") for number in ("801", "802")}


@pytest.fixture
def telephone(server: Zongji, other: dict[str, str], tmp_path: Path) -> Iterator[Phone]:
    with ExitStack() as stack:

        def make(user: str, domain: str = "", frequency: float = 440, answer: str = "auto") -> Baresip:
            secret = other[user] if domain else server.secret(user)
            line = Line(user, secret, server.sip_port, answer, domain=domain)
            folder = tmp_path / f"{user}-{domain or 'ours'}"
            phone = stack.enter_context(Baresip(folder, line, tone(frequency, 120)))
            phone.wait_log("200 OK")
            return phone

        yield make


def test_namesakes_are_registered_at_once_and_each_is_called_by_its_own(
    server: Zongji, other: dict[str, str], telephone: Phone
) -> None:
    telephone("801", frequency=OURS_HZ)
    telephone("801", DOMAIN, frequency=THEIRS_HZ)
    for domain, frequency in (("", OURS_HZ), (DOMAIN, THEIRS_HZ)):
        caller = telephone("802", domain)
        caller.dial("801")
        caller.wait_for("CALL_ESTABLISHED")
        hears_tones(caller, frequency)
        caller.hang_up()
        caller.wait_for("CALL_CLOSED")
        assert tone_share(loudest_second(caller.heard()), frequency) > 0.9
    for api in (server.api(), Api(server.url, "other", other["admin"])):
        api.eventually("/calls", lambda page: [item["called"] for item in page["items"]] == ["801"])
        online = {item["number"] for item in api.get("/extensions")["items"] if item["online"]}
        assert online == {"801", "802"}
    assert Api(server.url, "other", other["admin"]).get("/status")["sip"]["domain"] == DOMAIN
