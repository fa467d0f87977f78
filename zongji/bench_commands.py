"""``zongji bench``: what the performance page is measured with."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from zongji.data_folder import private_files
from zongji.words import LOCALE, either


@click.group(help=either("性能测量。", "Performance measurements."))
def bench() -> None:
    """Groups the measurements."""


@bench.command("simulate", help=either("打印模拟器每秒完成的整通电话数。",
                                       "Print the simulator's whole calls per second."))
@click.option("--seconds", default=3.0, show_default=True, type=click.FloatRange(0.1, 600),
              help=either("测量秒数", "how long to measure"))
def simulate(seconds: float) -> None:
    from bench.simulate import run

    run(seconds)


@bench.command("serve", help=either("启动只有通话进程的测量目标（号码 100、200、300、301）。",
                                    "Start a runtime without a page whose numbers 100, 200, 300 and 301 are measured."))
@click.option("--sip", default="udp:127.0.0.1:5070", show_default=True,
              help=either("SIP 监听地址", "SIP address to listen on"))
@click.option("--data", type=click.Path(path_type=Path), required=True,
              help=either("数据目录；首次使用时准备好", "data folder; prepared when used first"))
def serve(sip: str, data: Path) -> None:
    from bench.serve import serve_bench

    with private_files():
        sys.exit(serve_bench(sip, data, LOCALE))


COMMANDS = (bench,)
