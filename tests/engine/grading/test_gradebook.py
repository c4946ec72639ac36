"""The gradebook keeps every run, whoever writes at the same time."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.grading.gradebook import Gradebook, GradebookError
from autograder.grading.tables import metadata
from autograder.report import to_json
from tests.engine.report.sample_report import exercise, report

FIRST, SECOND = "2025-01-31T14:05:00+00:00", "2025-01-31T16:00:00+02:00"  # the second is 5 minutes earlier


@pytest.fixture
def path(tmp_path):
    return tmp_path / "gradebook.sqlite"


@pytest.fixture
def book(where):
    with Gradebook(where) as book:
        yield book


def test_a_report_comes_back_as_it_was(book):
    book.add(report())
    assert to_json(book.latest("ada")) == to_json(report())


def test_nobody_has_no_report(book):
    assert book.latest("nobody") is None


def test_adding_the_same_report_twice_keeps_one_run(book):
    assert [book.add(report()), book.add(report()), len(book.history("ada"))] == [True, False, 1]


def test_grading_again_keeps_the_old_run(book):
    book.add(report(started="2025-01-31T14:05:00+00:00"))
    book.add(report(started="2025-02-01T14:05:00+00:00"))
    assert [old.started[:10] for old in book.history("ada")] == ["2025-02-01", "2025-01-31"]


def test_the_latest_run_is_the_latest_in_time_wherever_it_ran(book):
    for started in (FIRST, SECOND):
        book.add(report(started=started))
    assert book.latest("ada").started == FIRST


def test_rows_have_the_latest_run_of_each_submission(book):
    book.add(report([exercise("00.a", "failed", 0, 5)], started="2025-01-31T14:05:00+00:00"))
    book.add(report([exercise("00.a", "passed", 5, 5)], started="2025-02-01T14:05:00+00:00"))
    book.add(report([exercise("00.a", "failed", 0, 5)], submission="grace"))
    assert [(row.submission, row.score, row.runs) for row in book.rows()] == [("ada", 5, 2), ("grace", 0, 1)]


def test_results_of_each_exercise_can_be_queried(book):
    book.add(report())
    query = "select score, max_score from exercise_results where exercise = '00.gradients' and status = 'partial'"
    with book._engine.connect() as connection:
        assert connection.exec_driver_sql(query).fetchall() == [(6, 12)]


def test_what_was_kept_is_there_when_it_is_opened_again(where):
    for _ in range(2):
        with Gradebook(where if "://" in where else f"sqlite:///{where}") as book:
            book.add(report())
    with Gradebook(where) as book:
        assert [row.runs for row in book.rows()] == [1]


def test_a_name_with_quotes_is_a_name(book):
    book.add(report(submission="'; drop table runs; --"))
    assert book.rows()[0].submission == "'; drop table runs; --"


def test_many_writers_lose_nothing(where):
    def write(number):
        with Gradebook(where) as book:
            return book.add(report(submission=f"s{number % 5}", started=f"2025-01-31T14:05:{number:02}+00:00"))

    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(write, range(40)))
    with Gradebook(where) as book:
        assert all(added) and [row.runs for row in book.rows()] == [8] * 5


def test_a_writer_that_dies_leaves_the_book_whole(path):
    with Gradebook(path) as book:
        book.add(report())
    script = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('begin immediate');"
        "c.execute('delete from runs'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    with Gradebook(path) as book:
        assert book.latest("ada") is not None


@pytest.mark.parametrize("content", [b"this is not a database" * 50, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_corrupt_file_is_named_with_what_to_do(path, content):
    path.write_bytes(content)
    with pytest.raises(GradebookError, match="Move the file aside") as error:
        Gradebook(path)
    assert str(path) in str(error.value)


def test_a_file_of_another_version_is_named_with_what_to_do(path):
    with sqlite3.connect(path) as connection:
        connection.execute("create table runs (id integer primary key)")
    with pytest.raises(GradebookError, match="another version"):
        Gradebook(path).rows()


@pytest.mark.parametrize("url", ["://", "mysql://host/db", "nonsense://x"])
def test_another_kind_of_database_is_refused(url):
    with pytest.raises(GradebookError):
        Gradebook(url)


def test_a_password_is_not_shown():
    with pytest.raises(GradebookError) as error:
        Gradebook("postgresql://u:secret@127.0.0.1:1/none?connect_timeout=1")
    assert "secret" not in str(error.value)


# ---------------------------------------------------------------- versions


def test_its_tables_are_those_that_migrations_lead_to(book):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with book._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_gradebook_from_before_there_were_migrations_is_led_on(where):
    with Gradebook(where) as book:
        book.add(report())
        with book._writing.begin() as connection:
            for name in ("adjustments", "events", "alembic_version"):
                connection.exec_driver_sql(f"drop table {name}")
            for name in ("content", "handed_in", "handed_by", "why", "basis"):
                connection.exec_driver_sql(f"alter table runs drop column {name}")
    with Gradebook(where) as book:
        assert to_json(book.latest("ada")) == to_json(report())


def test_a_gradebook_of_a_later_version_is_left_alone(where):
    with Gradebook(where) as book, book._writing.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    with pytest.raises(GradebookError, match="later version"):
        Gradebook(where)
