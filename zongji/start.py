"""How ``zongji serve`` begins: the supervisor's own start, and what has to be done before and after it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from zongji.data_folder import DataFolder, left_behind, private_files
from zongji.serve import Supervisor, make_children
from zongji.settings import SettingError, Settings
from zongji.words import say


def tell(line: str) -> None:
    print(line, flush=True)


def serve_until_stopped(settings: Settings, *, demo: bool, locale: str) -> int:
    """Prepare the data folder and the database, run web and runtime until Ctrl-C or SIGTERM; the exit status.

    What needs the database or the speech engine runs in processes of their own, so that the supervisor, which lives
    as long as Zongji, stays small.
    """
    tell(say("serve.starting", locale))
    folder = DataFolder(settings.data)
    with private_files():
        status = _child(settings, "prepare-demo" if demo else "prepare")
        if status == 0:
            supervisor = Supervisor(make_children(settings), locale, tell)
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, supervisor.stop)
            status = supervisor.run(on_ready=lambda: _child(settings, "banner"))
    folder.release()
    return status


def _child(settings: Settings, what: str) -> int:
    """Run ``zongji child WHAT`` to its end on this terminal; its exit status."""
    command = [sys.executable, "-m", "zongji", "child", what]
    return subprocess.call(command, env=dict(os.environ) | settings.environment())


def prepare(settings: Settings, *, demo: bool, locale: str) -> int:
    """Bring the database to the present schema and, if wanted, create the demo tenant. Raises what people can mend.

    An empty database beside the files of an installation is a lost one, not a new one: SettingError. Where it does not
    answer, calls are taken all the same if the runtime knows it from before; the page waits.
    """
    from store import StoreError
    from store.schema import UNREACHABLE

    try:
        _prepare_database(settings, demo=demo, locale=locale)
    except StoreError as error:
        if error.code != UNREACHABLE or not _is_known(settings):
            raise
        tell(say("serve.database_away", locale, why=error.message(locale)))
    return 0


def _prepare_database(settings: Settings, *, demo: bool, locale: str) -> None:
    from store import migrate
    from store.database import shown_url
    from store.dump import is_empty
    from zongji.demo import Demo

    found = left_behind(settings.data)
    if found is not None and is_empty(settings.database_url):
        raise SettingError("data.lost_database", database=shown_url(settings.database_url), file=found)
    migrate(settings.database_url)
    if demo:
        Demo(settings, locale).prepare(tell)


def _is_known(settings: Settings) -> bool:
    """Whether the runtime has a copy of what calls need; nothing is made where it has none."""
    from store.node_copy import FILE_NAME, NodeCopy

    path = settings.data / FILE_NAME
    if not path.exists():
        return False
    copy = NodeCopy(path)
    try:
        return copy.is_whole
    finally:
        copy.close()


def show_banner(settings: Settings, *, locale: str) -> int:
    """Print where everything is."""
    from zongji.demo import Demo

    tell(Demo(settings, locale).banner())
    return 0
