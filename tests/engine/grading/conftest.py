"""A PostgreSQL server of the tests' own, where one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

PLACES = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=os.pathsep.join(PLACES))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """Makes an empty database and returns its URL. The server listens on a socket in its own folder, and on no port."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("PostgreSQL is not installed (Debian, Ubuntu: apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="lmi-pg-"))
    who: dict[str, Any] = {}
    if os.getuid() == 0:  # as which it refuses to run
        who = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        shutil.chown(folder, who["user"], who["group"])

    def run(*command: str) -> None:
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **who)

    data, settings = str(folder / "data"), f"-c listen_addresses='' -c fsync=off -k {folder}"
    run(initdb, "--pgdata", data, "--username", "staff", "--auth", "trust", "--no-sync", "--encoding", "UTF8")
    run(pg_ctl, "--pgdata", data, "--log", str(folder / "log"), "--options", settings, "--wait", "start")
    numbers = count()

    def make() -> str:
        import psycopg

        name = f"class{next(numbers)}"
        with psycopg.connect(host=str(folder), user="staff", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"create database {name}")
        return f"postgresql://staff@/{name}?host={folder}"

    try:
        yield make
    finally:
        run(pg_ctl, "--pgdata", data, "--mode", "immediate", "--wait", "stop")
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A gradebook to be, once in SQLite and once in PostgreSQL."""
    return str(tmp_path / "gradebook.sqlite") if request.param == "sqlite" else request.getfixturevalue("postgresql")()
