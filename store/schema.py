"""Bring a database to the present schema; Alembic without its command line and ini file.

Alembic is loaded only to migrate: a runtime that just opens a database saves its 11 MB. So the look at a
database's revision is our own, and migrations are numbered: ``versions/0001_*.py`` is revision ``0001``, the
last number is the newest.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from store.database import make_engine, shown_url, writing
from store.errors import StoreError, Unusable

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"

UNREACHABLE = "store.unreachable"
"""Code of the StoreError of a database that does not answer."""

_MIGRATION_LOCK = 0x5A6F6E67
"""Key of the advisory lock: "Zong" in ASCII."""


def migrate(url: str) -> None:
    """Create or upgrade the database's tables; safe to call at every start. Raises StoreError."""
    from alembic import command  # late: see above
    from alembic.util.exc import CommandError

    engine = make_engine(url, patient=True)
    try:
        with writing(engine).begin() as connection:
            _wait_for_others(connection)
            _refuse_newer(connection, url)
            command.upgrade(_config(connection), "head")
    except (SQLAlchemyError, CommandError, OSError) as error:
        raise unreachable(url, error) from None
    finally:
        engine.dispose()


def _wait_for_others(connection: Connection) -> None:
    """Two processes may start at once; SQLite's writer lock is held already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")


def check_schema(engine: Engine, url: str) -> None:
    """Raise StoreError unless the database is there and at the newest migration."""
    try:
        with engine.connect() as connection:
            _refuse_newer(connection, url)
            present = _present(connection)
    except (SQLAlchemyError, OSError) as error:
        raise unreachable(url, error) from None
    if present != revisions()[-1]:
        raise Unusable(
            "store.not_migrated",
            f"数据库尚未升级到当前版本：{shown_url(url)}",
            f"the database is not at the present schema: {shown_url(url)}",
        )


def revisions() -> list[str]:
    """Numbers of all migrations, oldest first."""
    return sorted(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _present(connection: Connection) -> str | None:
    """The database's revision, None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _refuse_newer(connection: Connection, url: str) -> None:
    """A schema that this program does not know was made by a newer one; touching it would lose data."""
    present = _present(connection)
    if present is not None and present not in revisions():
        raise Unusable(
            "store.too_new",
            f"数据库由更新的版本创建（{present}），请升级本程序：{shown_url(url)}",
            f"the database was made by a newer version ({present}); upgrade this program: {shown_url(url)}",
        )


_CHINESE = (
    ("unable to open database file", "打不开数据库文件，请检查目录是否存在、是否有权限"),
    ("database is locked", "数据库正被其他程序占用"),
    ("readonly database", "数据库文件只读"),
    ("not a database", "该文件不是数据库"),
    ("malformed", "数据库文件已损坏"),
    ("disk is full", "磁盘已满"),
    ("disk I/O error", "磁盘读写出错"),
    ("Connection refused", "连接被拒绝，数据库服务器没有在此地址监听"),
    ("timeout expired", "数据库服务器没有在时限内应答"),
    ("has said nothing", "数据库服务器没有在时限内应答"),
    ("could not translate host name", "不认识这个主机名"),
    ("failed to resolve host", "不认识这个主机名"),
    ("password authentication failed", "用户名或密码不正确"),
    ("no password supplied", "缺少密码"),
    ("does not exist", "服务器上没有这个数据库或用户"),
    ("permission denied", "没有权限"),
    ("too many clients", "数据库服务器的连接已满"),
    ("starting up", "数据库服务器正在启动"),
)
"""What drivers say (a part of it), and the same in Chinese."""


def unreachable(url: str, error: Exception) -> StoreError:
    """The driver's first line says why; it never holds the password, which is in the URL only."""
    said = str(getattr(error, "orig", None) or error).strip()
    reason = said.splitlines()[0] if said else type(error).__name__
    chinese = next((chinese for english, chinese in _CHINESE if english in said), f"驱动程序报告“{reason}”")
    return Unusable(
        UNREACHABLE,
        f"无法打开数据库 {shown_url(url)}：{chinese}",
        f"cannot open the database {shown_url(url)}: {reason}",
    )
