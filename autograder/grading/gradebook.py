"""Results kept: a table of submissions, of runs, and of exercise results. SQLite in one file, or PostgreSQL by URL.

Grading again adds a run and keeps the old ones; adding the same report twice changes nothing.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from sqlalchemy import URL, Connection, Engine, RowMapping, Select, create_engine, event, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from autograder.course import Attempts
from autograder.grading.migrate import OtherVersion, bring_up_to_date
from autograder.grading.standing import Adjustment, Attempt, Standing, standing
from autograder.grading.tables import adjustments, events, exercise_results, runs, submissions
from autograder.report import Report, to_json

if TYPE_CHECKING:
    from autograder.grading.kept import Record

PATIENCE = 60
"""Seconds that a writer waits for the others."""
POLICY = "set what counts"
OTHER_VERSION = "It was made by another version. Move it aside; grading makes a new one."


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
        self._writing = self._engine.execution_options(writing=True)
        with self._trouble():
            bring_up_to_date(self._engine)

    def add(self, report: Report, record: Record | None = None) -> bool:
        """Keep a report, and what is recorded of it; False if this very report was there already."""
        with self._trouble(), self._writing.begin() as connection:
            return _add(connection, report, record)

    def digests(self) -> set[str]:
        """Of every report that is kept, the digest of its report.json."""
        return {row["digest"] for row in self._read(select(runs.c.digest))}

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

    def gradings(self, name: str | None = None) -> list[RowMapping]:
        """Every grading, of one submission or of all, the oldest first: all columns, and the submission's name."""
        query = _gradings(submissions.c.course, runs)
        return self._read(query if name is None else query.where(submissions.c.name == name))

    def standings(self, policy: Attempts) -> list[Standing]:
        """What counts for each who was graded, by name."""
        points = self._points()
        attempts: dict[str, list[Attempt]] = {}
        columns = (runs.c[name] for name in ("id", "content", "digest", "started", "handed_in"))
        for row in self._read(_gradings(*columns)):
            attempts.setdefault(row["name"], []).append(_attempt(row, points.get(row["id"], {})))
        decided = self.adjustments()
        return [
            standing(name, theirs, [one for one in decided if one.name == name], policy)
            for name, theirs in attempts.items()
        ]

    def _points(self) -> dict[int, dict[str, tuple[float, float]]]:
        """Run → step → its score and maximum, without bonuses. A class has a hundred rows for each learner."""
        points: dict[int, dict[str, tuple[float, float]]] = {}
        columns = (exercise_results.c[name] for name in ("run_id", "step", "score", "max_score"))
        query = select(*columns).where(exercise_results.c.bonus.is_(False))
        with self._trouble(), self._engine.connect() as connection:
            for run, step, score, most in connection.execution_options(stream_results=True).execute(query):
                steps = points.setdefault(run, {})
                before, most_before = steps.get(step, (0.0, 0.0))
                steps[step] = (before + score, most_before + most)
        return points

    # ------------------------------------------------------------ what people decide, and who did what

    def adjust(
        self,
        name: str,
        author: str,
        reason: str,
        *,
        kind: str,
        step: str | None = None,
        points: float | None = None,
        until: datetime | None = None,
        withdraws: int | None = None,
    ) -> Adjustment:
        """Keep a decision for good. Raises GradebookError where there is no reason, or nothing to withdraw."""
        if not reason.strip():
            raise GradebookError("say the reason: --reason")
        if withdraws is not None and withdraws not in {one.id for one in self.adjustments(name)}:
            raise GradebookError(f"{name} has no adjustment {withdraws} that stands")
        row = {
            "name": name, "kind": kind, "step": step, "points": points, "until": until and _utc(until),
            "withdraws": withdraws, "author": author, "made": _utc(datetime.now(UTC)), "reason": reason.strip(),
        }  # fmt: skip
        with self._trouble(), self._writing.begin() as connection:
            id = connection.execute(adjustments.insert().values(row).returning(adjustments.c.id)).scalar_one()
            made = _adjustment(row | {"id": id})
            said = str(made) if withdraws is None else f"adjustment {withdraws} ({author}: {made.reason})"
            _log(connection, author, "withdrew" if withdraws is not None else "adjusted", said, name)
        return made

    def adjustments(self, name: str | None = None) -> list[Adjustment]:
        """The decisions that stand, in the order in which they were made."""
        rows = self._read(select(adjustments).order_by(adjustments.c.id))
        withdrawn = {row["withdraws"] for row in rows}
        standing = (row for row in rows if row["kind"] != "withdraw" and row["id"] not in withdrawn)
        return [_adjustment(row) for row in standing if name in (None, row["name"])]

    def set_policy(self, policy: Attempts) -> None:
        """Keep by which policy what counts is chosen from now on; a change is in the audit trail."""
        if policy != self.policy():
            self.log(POLICY, policy.model_dump_json())

    def policy(self) -> Attempts:
        """The policy by which the class's files were written last; a course's own to begin with."""
        found = [row["details"] for row in self.trail() if row["what"] == POLICY]
        return Attempts.model_validate_json(found[-1]) if found else Attempts()

    def log(self, what: str, details: str, about: str | None = None) -> None:
        """Keep in the audit trail who did something now."""
        with self._trouble(), self._writing.begin() as connection:
            _log(connection, whoever(), what, details, about)

    def trail(self) -> list[RowMapping]:
        """Who did what, the oldest first."""
        return self._read(select(events).order_by(events.c.id))

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
        except OtherVersion as error:
            raise GradebookError(f"gradebook {self.name}: {error}. {OTHER_VERSION}") from None


def _url(where: str | Path) -> URL:
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(where))
    try:
        url = make_url(where)
    except ArgumentError:
        raise GradebookError("not a database URL; write postgresql://user@host/name, or a path for SQLite.") from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise GradebookError(f"{url.get_backend_name()}: gradebooks are kept in SQLite (a path) or PostgreSQL (a URL).")
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _engine(url: URL, name: str) -> Engine:
    file = url.get_backend_name() == "sqlite"
    if file and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = create_engine(url, connect_args={"timeout": PATIENCE} if file else {})
        if file:
            _in_turn(engine)
        return engine
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise GradebookError(f'{name}: {error}. For PostgreSQL: pip install "psycopg[binary]".') from None


def _in_turn(engine: Engine) -> None:
    """Have who writes to SQLite wait for its turn when it begins, not find out later that it has none."""

    @event.listens_for(engine, "connect")
    def _ours(connection: Any, record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def whoever() -> str:
    """Who works here: LMI_AUTHOR, or the user's name on this machine."""
    return os.environ.get("LMI_AUTHOR") or getpass.getuser()


def _log(connection: Connection, author: str, what: str, details: str, about: str | None) -> None:
    row = {"made": _utc(datetime.now(UTC)), "author": author, "what": what, "about": about, "details": details}
    connection.execute(events.insert().values(row))


def _utc(moment: datetime) -> str:
    """As text that sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _gradings(*columns: Any) -> Select[Any]:
    """These of every grading, with the submission's name, by which they are sorted, the oldest first."""
    return select(submissions.c.name, *columns).join(runs).order_by(submissions.c.name, runs.c.started, runs.c.id)


def _attempt(row: RowMapping, steps: dict[str, tuple[float, float]]) -> Attempt:
    handed_in = datetime.fromisoformat(row["handed_in"]) if row["handed_in"] else None
    return Attempt(row["content"] or row["digest"], datetime.fromisoformat(row["started"]), handed_in, steps)


def _adjustment(row: Mapping[Any, Any]) -> Adjustment:
    until = datetime.fromisoformat(row["until"]) if row["until"] else None
    made = datetime.fromisoformat(row["made"])
    fields = {name: row[name] for name in ("id", "name", "kind", "step", "points", "author", "reason")}
    return Adjustment(**fields, until=until, made=made)


def _add(connection: Connection, report: Report, record: Record | None) -> bool:
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
        "started": _utc(datetime.fromisoformat(report.started)),
        "seconds": report.seconds,
        "score": report.score,
        "max_score": report.max_score,
        "isolated": report.sandbox.isolated,
        "report": text,
    }
    if record is not None:
        run |= {
            "content": record.content,
            "handed_in": record.handed_in and _utc(datetime.fromisoformat(record.handed_in)),
            "handed_by": record.handed_in and "file",
            "why": "\n".join(record.why),
            "basis": json.dumps(record.parts | {f"step {id}": parts for id, parts in record.steps.items()}),
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
        "no such column": OTHER_VERSION,
        "locked": f"Another program held it for {PATIENCE} s. Close that, then try again.",
        "readonly": "It may not be written. Choose another folder or change its permissions.",
        "unable to open": "Choose a folder that exists and may be written.",
        "disk is full": "Free some space, then try again; what was kept is intact.",
    }
    hint = next((text for sign, text in advice.items() if sign in reason), "Check the address and the permissions.")
    return f"gradebook {name}: {reason}. {hint}"
