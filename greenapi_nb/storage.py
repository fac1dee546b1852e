"""The ledger's database: where it is, how it is opened, and which schema it has."""

from __future__ import annotations

import operator
import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import platformdirs
import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from greenapi_nb.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["SCHEMA_VERSION", "Writer", "default_path", "messages", "open_engine", "transaction"]

_BUSY_SECONDS = 10.0
_POLL_SECONDS = 0.02

metadata = sa.MetaData()

messages = sa.Table(
    "greenapi_messages",
    metadata,
    sa.Column("account", sa.String(32), primary_key=True),
    sa.Column("campaign", sa.String, primary_key=True),
    sa.Column("recipient", sa.String(64), primary_key=True),
    sa.Column("digest", sa.String(32), primary_key=True),
    sa.Column("occurrence", sa.Integer, primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("run", sa.String(32), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("status", sa.String(8)),
    sa.Column("message_id", sa.String),
    sa.Column("error_code", sa.Integer),
    sa.Column("error", sa.String),
    sa.Column("http_status", sa.Integer),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("claimed_at", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    sa.Column("settled_at", sa.BigInteger, comment="microseconds since 1970, UTC"),
    sa.Index("greenapi_messages_by_time", "account", "claimed_at"),
)
_schema = sa.Table("greenapi_schema", metadata, sa.Column("version", sa.Integer, primary_key=True))

SCHEMA_VERSION = 1
# Two programs that open a new ledger at once must not both set it up.
_TAKE_TURN = {"sqlite": "BEGIN IMMEDIATE"}
# Step i brings a database of version i + 1 to version i + 2.
MIGRATIONS: list[Sequence[str]] = []


def default_path() -> Path:
    """Return the user's own ledger file, in the data directory of the platform."""
    return Path(platformdirs.user_data_dir("greenapi_nb", appauthor=False)) / "ledger.sqlite"


def open_engine(where: str | os.PathLike[str] | None) -> sa.Engine:
    """Open the database, making it or bringing its schema up to date.

    Parameters
    ----------
    where
        A path of a SQLite file, a SQLAlchemy URL, or None for one in this process's memory.

    Raises
    ------
    LedgerError
        It cannot be opened, written or understood.
    """
    with _explained(where):
        engine = _engine(where)
        try:
            with transaction(engine, where) as connection:
                _bring_up_to_date(connection, where)
        except BaseException:
            engine.dispose()
            raise
    return engine


@contextmanager
def transaction(engine: sa.Engine, where: object) -> Iterator[sa.Connection]:
    """Run statements as one durable unit, or a LedgerError says why not."""
    with _explained(where), engine.connect() as connection, connection.begin():
        yield connection


class Writer:
    """Writes with few statements and often: past SQLAlchemy's own execution, which costs ten times the statement.

    Parameters
    ----------
    engine, where
        The database, and its name for errors.
    statements
        What is written, by name; the dialect compiles it once.
    """

    def __init__(self, engine: sa.Engine, where: object, **statements: sa.TextClause) -> None:
        self._engine = engine
        self._where = where
        compiled = {name: text.compile(dialect=engine.dialect) for name, text in statements.items()}
        self._statements = {name: (one.string, _arguments(one)) for name, one in compiled.items()}
        self._connection: Any = None

    @contextmanager
    def transaction(self) -> Iterator[Callable[[str, dict[str, Any]], int]]:
        """Give a function that runs a statement by name and returns how many rows it changed; commit at the end."""
        with _explained(self._where, self._engine):
            if self._connection is None:
                self._connection = self._engine.raw_connection()
            try:
                cursor = self._connection.cursor()
                yield lambda name, values: self._run(cursor, name, values)
                cursor.close()
                self._connection.commit()
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Give the connection back, without what was not committed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self, cursor: Any, name: str, values: dict[str, Any]) -> int:  # noqa: ANN401 - a DBAPI cursor
        text, arguments = self._statements[name]
        cursor.execute(text, arguments(values))
        return int(cursor.rowcount)


def _arguments(compiled: Any) -> Callable[[dict[str, Any]], Any]:  # noqa: ANN401 - a compiled statement
    """Return what makes a statement's arguments, by place or by name as its driver takes them, of named values."""
    return dict if compiled.positiontup is None else operator.itemgetter(*compiled.positiontup)


@contextmanager
def _explained(where: object, engine: sa.Engine | None = None) -> Iterator[None]:
    try:
        yield
    except _faults(engine) as error:
        reason = getattr(error, "orig", None) or error
        raise LedgerError(
            f"The ledger {_name(where)} cannot be used: {reason}. Nothing is sent that the ledger cannot record. "
            "Free the disk, close what locks the file, mend its permissions or move a broken file away; or give "
            "another place with ledger=."
        ) from None


def _faults(engine: sa.Engine | None) -> tuple[type[Exception], ...]:
    """Return what can go wrong with a database, what its driver raises where SQLAlchemy does not wrap it included."""
    driver: Any = engine.dialect.dbapi if engine is not None else None
    return (sa.exc.SQLAlchemyError, OSError, *([driver.Error] if driver is not None else []))


def _name(where: object) -> str:
    if where is None:
        return "in memory"
    text = str(where)
    return sa.engine.make_url(text).render_as_string(hide_password=True) if "://" in text else text


def _engine(where: str | os.PathLike[str] | None) -> sa.Engine:
    if where is None:
        engine = sa.create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    elif "://" in str(where):
        engine = sa.create_engine(str(where))
        if engine.dialect.name == "sqlite" and engine.url.database and "uri" not in engine.url.query:
            _make_private(Path(engine.url.database))
    else:
        path = Path(where).expanduser().absolute()
        _make_private(path)
        engine = sa.create_engine(sa.engine.URL.create("sqlite", database=str(path)))
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _make_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if path.is_file():  # and not a device, which is everybody's
        path.chmod(0o600)


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = "IMMEDIATE"  # a writer waits for its turn at the start, not in the middle
    connection.execute(f"PRAGMA busy_timeout={int(_BUSY_SECONDS * 1000)}").close()
    _set_up_log(connection)
    connection.execute("PRAGMA synchronous=FULL").close()


def _set_up_log(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log, for which SQLite does not wait by itself when another program does the same."""
    until = monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError:
            if monotonic() >= until:
                raise
            sleep(_POLL_SECONDS)
        else:
            return


def _bring_up_to_date(connection: sa.Connection, where: object) -> None:
    connection.exec_driver_sql(_TAKE_TURN.get(connection.dialect.name, "SELECT 1"))
    metadata.create_all(connection)
    found = connection.execute(sa.select(sa.func.max(_schema.c.version))).scalar()
    if found is None:
        connection.execute(_schema.insert().values(version=SCHEMA_VERSION))
        return
    if found > SCHEMA_VERSION:
        raise LedgerError(
            f"The ledger {_name(where)} was written by a newer greenapi_nb (schema {found}, this one knows "
            f"{SCHEMA_VERSION}); nothing was sent. Update greenapi_nb, or give another place with ledger=."
        )
    for step in MIGRATIONS[found - 1 : SCHEMA_VERSION - 1]:
        for statement in step:
            connection.exec_driver_sql(statement)
    if found < SCHEMA_VERSION:
        connection.execute(_schema.update().values(version=SCHEMA_VERSION))
