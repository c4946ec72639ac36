"""Results kept: a table of submissions, of runs, and of exercise results. SQLite in one file, or PostgreSQL by URL.

Grading again adds a run and keeps the old ones; adding the same report twice changes nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Self

from sqlalchemy import (
    URL,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    RowMapping,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, ProgrammingError, SQLAlchemyError
from sqlalchemy.schema import CreateTable

from autograder.report import Report, to_json

PATIENCE = 60
"""Seconds that a writer waits for the others."""

metadata = MetaData()
submissions = Table(
    "submissions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("course", String, nullable=False),
    Column("name", String, nullable=False),
    UniqueConstraint("course", "name"),
)
runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", ForeignKey("submissions.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("started", String, nullable=False),  # ISO 8601 in UTC: sorts as text on every database
    Column("seconds", Float, nullable=False),
    Column("score", Float, nullable=False),
    Column("max_score", Float, nullable=False),
    Column("isolated", Boolean, nullable=False),
    Column("report", Text, nullable=False),
    UniqueConstraint("submission_id", "digest"),
)
exercise_results = Table(
    "exercise_results",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("exercise", String, primary_key=True),
    Column("step", String, nullable=False),
    Column("status", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("max_score", Float, nullable=False),
    Column("bonus", Boolean, nullable=False),
)


class GradebookError(Exception):
    """A gradebook that cannot be used; the text says which one, why, and what to do."""


class GradeRow(NamedTuple):
    """The latest run of one submission."""

    submission: str
    course: str
    started: str
    score: float
    max_score: float
    isolated: bool
    runs: int


class Gradebook:
    """Opens the gradebook at a path or a database URL, and makes it where there is none.

    Safe for several writers at a time. Use as a context manager, or call `close`.
    """

    def __init__(self, where: str | Path) -> None:
        url = _url(where)
        self.name = url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string()
        self._engine = _engine(url, self.name)
        with self._trouble():
            _create_tables(self._engine)

    def add(self, report: Report) -> bool:
        """Keep a report; False if this very report was there already."""
        with self._trouble(), self._engine.begin() as connection:
            return _add(connection, report)

    def latest(self, submission: str, course: str | None = None) -> Report | None:
        """The report of the most recent run, or None where there is none."""
        return next(iter(self.history(submission, course)), None)

    def history(self, submission: str, course: str | None = None) -> list[Report]:
        """Every report of a submission, the most recent first."""
        query = select(runs.c.report).join(submissions).where(submissions.c.name == submission)
        if course is not None:
            query = query.where(submissions.c.course == course)
        found = self._read(query.order_by(runs.c.started.desc(), runs.c.id.desc()))
        return [Report.model_validate_json(row["report"]) for row in found]

    def rows(self) -> list[GradeRow]:
        """One row a submission, with its most recent run, by name."""
        columns = (getattr(runs.c, name) for name in ("started", "score", "max_score", "isolated"))
        query = (
            select(submissions.c.name, submissions.c.course, *columns)
            .join(runs, runs.c.submission_id == submissions.c.id)
            .order_by(submissions.c.name, submissions.c.course, runs.c.started.desc(), runs.c.id.desc())
        )
        found = self._read(query)
        counts = Counter((row["name"], row["course"]) for row in found)
        latest: dict[tuple[str, str], GradeRow] = {}
        for row in found:
            key = row["name"], row["course"]
            latest.setdefault(key, GradeRow._make((*row.values(), counts[key])))
        return list(latest.values())

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, query: Select[Any]) -> list[RowMapping]:
        with self._trouble(), self._engine.connect() as connection:
            return list(connection.execute(query).mappings())

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise GradebookError(_what_to_do(self.name, error)) from error


def _url(where: str | Path) -> URL:
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(where))
    try:
        url = make_url(where)
    except ArgumentError:
        raise GradebookError("not a database URL; write postgresql://user@host/name, or a path for SQLite.") from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise GradebookError(f"{url.get_backend_name()}: gradebooks are kept in SQLite (a path) or PostgreSQL (a URL).")
    return url


def _engine(url: URL, name: str) -> Engine:
    file = url.get_backend_name() == "sqlite"
    if file and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        return create_engine(url, connect_args={"timeout": PATIENCE} if file else {})
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise GradebookError(f'{name}: {error}. For PostgreSQL: pip install "psycopg[binary]".') from None


def _create_tables(engine: Engine) -> None:
    for table in metadata.sorted_tables:
        make = CreateTable(table, if_not_exists=True)
        try:
            with engine.begin() as connection:
                connection.execute(make)
        except (
            IntegrityError,
            ProgrammingError,
        ):  # PostgreSQL, when another writer makes the same table at the same moment
            with engine.begin() as connection:
                connection.execute(make)


def _add(connection: Connection, report: Report) -> bool:
    """Begins by writing, so that SQLite waits for its turn instead of finding out late that it has none."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    named = {"course": report.course, "name": report.submission}
    connection.execute(insert(submissions).values(named).on_conflict_do_nothing())
    submission_id = connection.execute(
        select(submissions.c.id).where(submissions.c.course == report.course, submissions.c.name == report.submission)
    ).scalar_one()
    text = to_json(report)
    run = {
        "submission_id": submission_id,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "started": datetime.fromisoformat(report.started).astimezone(UTC).isoformat(timespec="microseconds"),
        "seconds": report.seconds,
        "score": report.score,
        "max_score": report.max_score,
        "isolated": report.sandbox.isolated,
        "report": text,
    }
    run_id = connection.execute(insert(runs).values(run).on_conflict_do_nothing().returning(runs.c.id)).scalar()
    if run_id is None:
        return False
    results = [
        {"run_id": run_id, "step": step.id, "exercise": exercise.id}
        | {name: getattr(exercise, name) for name in ("status", "score", "max_score", "bonus")}
        for step in report.steps
        for exercise in step.exercises
    ]
    if results:
        connection.execute(insert(exercise_results), results)
    return True


def _what_to_do(name: str, error: SQLAlchemyError) -> str:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    advice = {
        "not a database": "Move the file aside; grading makes a new one from the report.json files.",
        "malformed": "Move the file aside; grading makes a new one from the report.json files.",
        "no such column": "It was made by another version. Move it aside; grading makes a new one.",
        "locked": f"Another program held it for {PATIENCE} s. Close that, then try again.",
        "readonly": "It may not be written. Choose another folder or change its permissions.",
        "unable to open": "Choose a folder that exists and may be written.",
        "disk is full": "Free some space, then try again; what was kept is intact.",
    }
    hint = next((text for sign, text in advice.items() if sign in reason), "Check the address and the permissions.")
    return f"gradebook {name}: {reason}. {hint}"
