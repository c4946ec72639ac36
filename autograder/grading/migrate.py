"""A gradebook's database, brought to the tables of this version: made where there is none, led on from an older one."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from autograder.grading.tables import HEAD

MIGRATIONS = Path(__file__).with_name("migrations")
BASELINE = "0001"  # gradebooks that were made before there were migrations
TABLES_THEN = {
    "submissions": {"id", "course", "name"},
    "runs": {
        "id", "submission_id", "digest", "started", "seconds", "score", "max_score", "isolated", "report",
    },
    "exercise_results": {"run_id", "exercise", "step", "status", "score", "max_score", "bonus"},
}  # fmt: skip
TURN = 715_2026  # any number that nobody else locks in the same database


class OtherVersion(Exception):
    """The tables are of no version that is known here."""


def bring_up_to_date(engine: Engine) -> None:
    """Raises OtherVersion, and what SQLAlchemy raises. Of several at once one does it, and the others wait."""
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with engine.execution_options(writing=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"select pg_advisory_xact_lock({TURN})"))
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    if _revision(connection) is None and (found := _ours(connection)):
        if found != TABLES_THEN:
            raise OtherVersion("its tables are none that this version knows")
        command.stamp(config, BASELINE)
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise OtherVersion(f"it is of a later version than this one ({error})") from None


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("select version_num from alembic_version")).scalar()


def _ours(connection: Connection) -> dict[str, set[str]]:
    """Those of the first version's tables that are there, with the names of their columns."""
    looked = inspect(connection)
    there = TABLES_THEN.keys() & set(looked.get_table_names())
    return {name: {str(column["name"]) for column in looked.get_columns(name)} for name in there}
