"""A class: every submission graded or told why not, nothing lost when something breaks, the same in every executor."""

from __future__ import annotations

import csv
import gc
import json
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder import batch
from autograder.batch import ClassResult, Job, Outcome, SaltError, grade_class, grade_one, read_salt
from autograder.gradebook import Gradebook
from autograder.staff import _distinct
from tests.engine import tools
from tests.engine.tiny_course import SOLUTION, STUB, write_tiny_course
from tests.engine.tools import BACKEND, own_modules, sums

RENDERINGS = {"report.json", "staff.html", "report.html", "report.md", "results.json"}
CLASS = {"ada": SOLUTION, "ben": STUB, "chloe": tools.ONLY_DOUBLE}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_course(tmp_path_factory.mktemp("batch") / "course")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Path]]:
    """Three zips, and one that is broken."""
    folder = tmp_path_factory.mktemp("handed_in")
    for name, text in CLASS.items():
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            archive.writestr(tools.SUMS, text)
    (folder / "dmitri.zip").write_bytes(b"PK\x03\x04 and no more")
    return [(file.stem, file) for file in sorted(folder.iterdir())]


@pytest.fixture(autouse=True)
def _own_modules() -> Iterator[None]:
    with own_modules():
        yield


@pytest.fixture
def shared(tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Grading in this process uses the tests' own sandbox."""
    monkeypatch.setattr(batch, "_sandbox", lambda job, kit: tiny_sandbox)


def job_for(root: Path, out: Path | None = None) -> Job:
    return Job(root, out, ("00",), BACKEND, threads=1, salt="salt")


def scores(result: ClassResult) -> dict[str, tuple[float, int]]:
    return {report.submission: (report.score, report.seed) for report in result.reports}


@pytest.fixture(scope="module")
def graded(
    root: Path, handed_in: Any, tiny_sandbox: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[ClassResult, Path, list[str]]:
    """The class's result, the folder with its reports, and the names in the order in which they were done."""
    out, heard = tmp_path_factory.mktemp("out"), []
    with pytest.MonkeyPatch.context() as patch, own_modules():
        patch.setattr(batch, "_sandbox", lambda job, kit: tiny_sandbox)
        result = grade_class(handed_in, job_for(root, out), on_done=lambda outcome: heard.append(outcome.name))
    return result, out, heard


def test_each_submission_has_its_score(graded: Any) -> None:
    assert {name: score for name, (score, _) in scores(graded[0]).items()} == {"ada": 10, "ben": 0, "chloe": 4}


def test_a_broken_zip_is_told_and_stops_nobody(graded: Any) -> None:
    assert list(graded[0].failures) == ["dmitri"] and "zip" in graded[0].failures["dmitri"]


def test_each_is_heard_of_when_it_is_done(graded: Any) -> None:
    assert graded[2] == ["ada", "ben", "chloe", "dmitri"]


@pytest.mark.parametrize("name", CLASS)
def test_each_graded_submission_has_its_reports(graded: Any, name: str) -> None:
    assert {file.name for file in (graded[1] / name).iterdir()} == RENDERINGS


def test_an_ungraded_one_has_none(graded: Any) -> None:
    assert not (graded[1] / "dmitri").exists()


def test_the_class_has_its_files(graded: Any) -> None:
    assert {file.name for file in graded[1].iterdir() if file.is_file()} == {
        "grades.csv", "index.html", "gradebook.sqlite",
    }  # fmt: skip


def test_grades_list_the_ungraded_too(graded: Any) -> None:
    with open(graded[1] / "grades.csv", newline="") as file:
        rows = {row["submission"]: row["status"] for row in csv.DictReader(file)}
    assert rows == {"ada": "graded", "ben": "graded", "chloe": "graded", "dmitri": "not graded"}


def test_the_gradebook_holds_the_graded(graded: Any) -> None:
    with Gradebook(graded[1] / "gradebook.sqlite") as book:
        assert sorted({row.submission for row in book.rows()}) == sorted(CLASS)


def test_two_jobs_give_the_scores_of_one(graded: Any, root: Path, handed_in: Any) -> None:
    result = grade_class(handed_in, job_for(root), jobs=2)
    assert scores(result) == scores(graded[0]) and list(result.failures) == ["dmitri"]


@pytest.mark.slow
def test_a_cluster_gives_the_scores_of_one_process(graded: Any, root: Path, handed_in: Any) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as cluster:
        result = grade_class(handed_in, job_for(root), dask=cluster.scheduler_address)
    assert scores(result) == scores(graded[0]) and list(result.failures) == ["dmitri"]


# ---------------------------------------------------------------- when something breaks


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_end_in_the_middle_keeps_what_was_done(
    root: Path, handed_in: Any, shared: None, tmp_path: Path, error: type[BaseException]
) -> None:
    def done(outcome: Outcome) -> None:
        if outcome.name == "ben":
            raise error

    with pytest.raises(error):
        grade_class(handed_in, job_for(root, tmp_path), on_done=done)
    assert {folder.name for folder in tmp_path.iterdir() if folder.is_dir()} == {"ada", "ben"}
    with open(tmp_path / "grades.csv", newline="") as file:
        assert [row["submission"] for row in csv.DictReader(file)] == ["ada", "ben"]


def test_a_defect_of_ours_is_an_outcome_and_not_a_crash(
    root: Path, shared: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("autograder.grading.grade", broken)
    outcome = grade_one("ada", sums(SOLUTION), job_for(root))
    assert outcome.problem == "the grader itself failed: ZeroDivisionError: ours"


def test_a_report_that_cannot_be_written_is_an_outcome(root: Path, shared: None, tmp_path: Path) -> None:
    (tmp_path / "ada").write_text("a file where a folder should be")
    assert "ada" in (grade_one("ada", sums(SOLUTION), job_for(root, tmp_path)).problem or "")


def test_a_sandbox_that_ended_is_told_and_let_go_of(root: Path) -> None:
    sandbox = batch._sandbox(job_for(root), root / "exercises" / "kit")
    sandbox._process.kill()
    sandbox._process.wait()
    outcome = grade_one("ada", sums(SOLUTION), job_for(root))
    assert outcome.report is None and "sandbox" in (outcome.problem or "")
    assert batch._open == {}  # so that the next submission starts a new one


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_submissions(root: Path, shared: None) -> None:
    me, job = psutil.Process(), job_for(root)

    def grade_some(first: int, count: int) -> float:
        for number in range(first, first + count):
            grade_one("ada", sums(f"# {number}\n{SOLUTION}"), job)
        gc.collect()
        return me.memory_info().rss / 2**20

    warm = grade_some(0, 10)
    assert grade_some(10, 30) - warm < 12  # MiB: far less than a torch tensor a submission would take


# ---------------------------------------------------------------- the salt


def test_the_salt_is_made_once_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LMI_SALT", raising=False)
    salt = read_salt(tmp_path)
    assert len(salt) == 32 and read_salt(tmp_path) == salt
    assert stat.S_IMODE((tmp_path / ".lmi" / "salt").stat().st_mode) == 0o600


def test_two_courses_have_two_salts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LMI_SALT", raising=False)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert read_salt(tmp_path / "one") != read_salt(tmp_path / "two")


def test_the_environments_salt_wins_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMI_SALT", "pepper")
    assert read_salt(tmp_path) == "pepper" and not list(tmp_path.iterdir())


def test_a_folder_that_cannot_keep_a_salt_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LMI_SALT", raising=False)
    (tmp_path / ".lmi").write_text("a file where a folder should be")
    with pytest.raises(SaltError, match="set LMI_SALT"):
        read_salt(tmp_path)


def test_an_empty_salt_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LMI_SALT", raising=False)
    (tmp_path / ".lmi").mkdir()
    (tmp_path / ".lmi" / "salt").write_text("\n")
    with pytest.raises(SaltError, match="is empty"):
        read_salt(tmp_path)


# ---------------------------------------------------------------- names

HERE = Path("here")


@pytest.mark.parametrize(
    ("names", "distinct"),
    [
        (["ada", "ben"], ["ada", "ben"]),
        (["ada", "ada", "ada"], ["ada", "ada-2", "ada-3"]),
        (["ada", "Ada"], ["ada", "Ada-2"]),
        (["ada", "ada-2", "ada"], ["ada", "ada-2", "ada-3"]),
        (["ada", "ada", "ada-2"], ["ada", "ada-2", "ada-2-2"]),
        (["grades.csv", "Index.html"], ["grades.csv-2", "Index.html-2"]),
    ],
)
def test_names_are_made_distinct_also_from_the_classs_files(names: list[str], distinct: list[str]) -> None:
    assert [name for name, _ in _distinct([(name, HERE) for name in names])] == distinct


def test_a_report_can_be_read_again(graded: Any) -> None:
    assert json.loads((graded[1] / "ada" / "report.json").read_text())["score"] == 10
