"""``zongji ring``: a real call by an independent telephone, as QA and tests make it."""

from __future__ import annotations

import re
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from zongji.words import LOCALE, either, say, why

TARGET = re.compile(r"sips?:(?P<number>[^@\s]+)@(?P<host>[\w.\-]+|\[[0-9a-fA-F:]+\])(?::(?P<port>\d+))?")


@click.command(help=either(
    "用独立的电话拨打真实号码：TARGET 如 sip:4001234567@127.0.0.1:5060。给出 --scenario 时，"
    "按场景扮演来电者与分机，并与通话记录核对。",
    "Dial a real number with an independent telephone: TARGET is such as sip:4001234567@127.0.0.1:5060. With "
    "--scenario the robot plays caller and extensions as the scenario says and compares the call's record.",
))
@click.argument("target")
@click.option("--press", default="",
              help=either("依次执行，如 1,wait:2,801,hangup", "what to do, such as 1,wait:2,801,hangup"))
@click.option("--record", type=click.Path(path_type=Path),
              help=either("把听到的声音存为 WAV", "write what was heard to this WAV"))
@click.option("--seconds", default=60.0, show_default=True, help=either("最长通话秒数", "longest call"))
@click.option("--user", default="robot", show_default=True, help=either("主叫号码或分机", "who calls"))
@click.option("--password", default="", envvar="ZONGJI_RING_PASSWORD",
              help=either("分机的 SIP 密码；空为不注册", "SIP password of the extension; empty: no registration"))
@click.option("--scenario", "scenarios", multiple=True, type=click.Path(path_type=Path, exists=True),
              help=either("模拟场景文件，可多次", "scenario file, repeatable"))
@click.option("--data", type=click.Path(path_type=Path), default=Path("data"), show_default=True,
              help=either("运行中总机的数据目录（核对记录用）", "data folder of the running Zongji (for its records)"))
@click.option("--accounts", type=click.Path(path_type=Path), envvar="ZONGJI_RING_ACCOUNTS",
              help=either("场景中分机的 SIP 密码：JSON 文件，如 {\"801\": \"密码\"}；默认为数据目录中的 demo.json",
                          "SIP passwords of the scenario's extensions: a JSON file such as {\"801\": \"PASSWORD\"}; "
                          "by default demo.json of the data folder"))
def ring(
    target: str, press: str, record: Path | None, seconds: float, user: str, password: str,
    scenarios: tuple[Path, ...], data: Path, accounts: Path | None,
) -> None:
    match = TARGET.fullmatch(target)
    if match is None or not 0 < int(match["port"] or 5060) < 65536:
        click.echo(say("ring.target", LOCALE, target=target), err=True)
        sys.exit(2)
    number, host, port = match["number"], match["host"].strip("[]"), int(match["port"] or 5060)
    try:
        host = socket.gethostbyname(host)
    except OSError as error:
        click.echo(say("ring.host", LOCALE, host=host, why=why(error, LOCALE)), err=True)
        sys.exit(2)
    if find_spec("pyVoIP") is None:
        click.echo(say("ring.missing", LOCALE), err=True)
        sys.exit(2)
    if scenarios:
        from zongji.ring.scenario import ring_scenarios

        sys.exit(ring_scenarios(list(scenarios), number, host, port, data, LOCALE, click.echo, accounts))
    from zongji.ring.dial import ring_once

    sys.exit(ring_once(number, host, port, user, password, press, seconds, record, LOCALE))


COMMANDS = (ring,)
