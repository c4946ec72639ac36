"""A class: every submission graded or told why not, nothing lost when something breaks, the same in every executor."""

from __future__ import annotations

import csv
import gc
import json
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.export.grades import read_grades
from autograder.grading import many, worker
from autograder.grading.gradebook import Gradebook
from autograder.grading.many import ClassResult, grade_class
from autograder.grading.names import name_each
from autograder.grading.salt import SaltError, read_salt
from autograder.grading.worker import Job, Outcome, grade_one
from autograder.sandbox import SandboxUnavailable
from tests.engine import tools
from tests.engine.grading.handed_in import sums
from tests.engine.tiny_course import SOLUTION, STUB, write_tiny_course
from tests.engine.tools import BACKEND, own_modules

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
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)


def job_for(root: Path, out: Path | None = None) -> Job:
    return Job(root, out, ("00",), BACKEND, threads=1, salt="salt")


def scores(result: ClassResult) -> dict[str, tuple[float, int]]:
    return {one.submission: (one.score, one.seed) for one in result.graded}


@pytest.fixture(scope="module")
def graded(
    root: Path, handed_in: Any, tiny_sandbox: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[ClassResult, Path, list[str]]:
    """The class's result, the folder with its reports, and the names in the order in which they were done."""
    out, heard = tmp_path_factory.mktemp("out"), []
    with pytest.MonkeyPatch.context() as patch, own_modules():
        patch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
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


def test_an_ungraded_one_has_the_reason_alone(graded: Any) -> None:
    assert [file.name for file in (graded[1] / "dmitri").iterdir()] == ["not_graded.txt"]
    assert (graded[1] / "dmitri" / "not_graded.txt").read_text().strip() == graded[0].failures["dmitri"]


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


# ---------------------------------------------------------------- into a folder that is in use


def handed(folder: Path, name: str, text: str | None) -> list[tuple[str, Path]]:
    """One submission with this text; a broken one when None."""
    with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
        archive.writestr(tools.SUMS if text else "notes.txt", text or "")
    return [(name, folder / f"{name}.zip")]


def in_table(out: Path) -> dict[str, tuple[str, str]]:
    with open(out / "grades.csv", newline="") as file:
        return {row["submission"]: (row["status"], row["score"]) for row in csv.DictReader(file)}


def test_what_lies_in_the_folder_is_not_held_too(graded: Any) -> None:
    assert [outcome.report for outcome in graded[0].outcomes] == [None] * len(graded[0].outcomes)


@pytest.fixture
def used(graded: Any, tmp_path: Path) -> Path:
    """A copy of the folder into which the class was graded."""
    return Path(shutil.copytree(graded[1], tmp_path / "reports"))


def test_a_late_one_is_added_to_the_class(root: Path, shared: None, used: Path, tmp_path: Path) -> None:
    result = grade_class(handed(tmp_path, "late", SOLUTION), job_for(root, used))
    assert in_table(used) == {
        "ada": ("graded", "10"), "ben": ("graded", "0"), "chloe": ("graded", "4"), "late": ("graded", "10"),
        "dmitri": ("not graded", ""),
    }  # fmt: skip
    assert (len(result.graded), result.graded_in_all, result.failed_in_all) == (1, 4, 1)
    assert all(f'href="{name}/staff.html"' in (used / "index.html").read_text() for name in ("ada", "late"))


def test_exports_hold_whom_the_table_holds(root: Path, shared: None, used: Path, tmp_path: Path) -> None:
    grade_class(handed(tmp_path, "late", SOLUTION), job_for(root, used))
    exported = {grade.submission for grade in read_grades([used], None)}
    assert exported == {name for name, (status, _) in in_table(used).items() if status == "graded"}


def test_one_that_could_not_be_graded_can_be_later(root: Path, shared: None, used: Path, tmp_path: Path) -> None:
    result = grade_class(handed(tmp_path, "dmitri", SOLUTION), job_for(root, used))
    assert in_table(used)["dmitri"] == ("graded", "10") and result.failed_in_all == 0
    assert {file.name for file in (used / "dmitri").iterdir()} == RENDERINGS


def test_the_new_report_takes_the_place_of_the_old(root: Path, shared: None, used: Path, tmp_path: Path) -> None:
    grade_class(handed(tmp_path, "chloe", SOLUTION), job_for(root, used))
    assert in_table(used)["chloe"] == ("graded", "10")
    with Gradebook(used / "gradebook.sqlite") as book:
        assert {row.submission: row.runs for row in book.rows()} == {"ada": 1, "ben": 1, "chloe": 2}


def test_an_old_report_stays_where_grading_again_fails(root: Path, shared: None, used: Path, tmp_path: Path) -> None:
    result = grade_class(handed(tmp_path, "ada", None), job_for(root, used))
    assert in_table(used)["ada"] == ("graded", "10")
    assert result.failures["ada"].endswith("(The report in its folder stays, and counts.)")
    assert result.failures["ada"] in (used / "index.html").read_text()


@pytest.mark.parametrize("text", ["{", '{"schema_version": "0"}'])
def test_a_report_of_another_version_is_told_and_stops_nothing(
    root: Path, shared: None, used: Path, tmp_path: Path, text: str
) -> None:
    (used / "ada" / "report.json").write_text(text)
    grade_class(handed(tmp_path, "late", SOLUTION), job_for(root, used))
    assert in_table(used)["ada"] == ("not graded", "") and in_table(used)["late"] == ("graded", "10")


def test_a_folder_that_was_deleted_is_left_out(root: Path, shared: None, used: Path, tmp_path: Path) -> None:
    shutil.rmtree(used / "dmitri")
    grade_class(handed(tmp_path, "late", SOLUTION), job_for(root, used))
    assert "dmitri" not in in_table(used)


# ---------------------------------------------------------------- a course that is edited meanwhile


def break_course(root: Path) -> None:
    (root / "grading_configs" / "course.toml").write_text("")


def test_an_edit_during_a_run_changes_nothing(
    write_course: Callable[[], Path], handed_in: Any, shared: None, tmp_path: Path
) -> None:
    root = write_course()
    result = grade_class(handed_in, job_for(root), on_done=lambda _: break_course(root))
    assert {name: score for name, (score, _) in scores(result).items()} == {"ada": 10, "ben": 0, "chloe": 4}


def test_the_next_run_finds_the_course_as_it_is_then(write_course: Callable[[], Path], shared: None) -> None:
    root = write_course()
    assert grade_one("ada", sums(SOLUTION), job_for(root)).report
    break_course(root)
    problem = grade_one("ada", sums(SOLUTION), job_for(root)).problem or ""
    assert problem.startswith("the course cannot be read: ") and "course.toml" in problem and "\n" not in problem


def test_a_mistake_in_the_course_comes_from_a_worker_in_one_line(write_course: Callable[[], Path]) -> None:
    root = write_course()
    break_course(root)
    result = grade_class([("ada", sums(SOLUTION)), ("ben", sums(STUB))], job_for(root), jobs=2)
    assert [line.count("\n") for line in result.failures.values()] == [0, 0]
    assert all(line.startswith("the course cannot be read: ") for line in result.failures.values())


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
    assert {folder.name for folder in tmp_path.iterdir() if folder.is_dir()} == {".lmi", "ada", "ben"}
    with open(tmp_path / "grades.csv", newline="") as file:
        assert [row["submission"] for row in csv.DictReader(file)] == ["ada", "ben"]


def test_a_report_of_which_nobody_heard_before_the_end_is_in_the_class(
    root: Path, handed_in: Any, shared: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(submissions: Any, job: Job, *_: object) -> Iterator[Outcome]:
        grade_one(*submissions[0], job)
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(many, "grade_each", ends)
    with pytest.raises(KeyboardInterrupt):
        grade_class(handed_in, job_for(root, tmp_path))
    with open(tmp_path / "grades.csv", newline="") as file:
        assert [row["submission"] for row in csv.DictReader(file)] == ["ada"]


def test_a_defect_of_ours_is_an_outcome_and_not_a_crash(
    root: Path, shared: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("autograder.grading.one.grade", broken)
    outcome = grade_one("ada", sums(SOLUTION), job_for(root))
    assert outcome.problem == "the grader itself failed: ZeroDivisionError: ours"


def test_a_report_that_cannot_be_written_is_an_outcome(root: Path, shared: None, tmp_path: Path) -> None:
    (tmp_path / "ada").write_text("a file where a folder should be")
    assert "ada" in (grade_one("ada", sums(SOLUTION), job_for(root, tmp_path)).problem or "")


def test_a_sandbox_that_ended_is_replaced(root: Path) -> None:
    sandbox = worker._sandbox(job_for(root), root / "exercises" / "kit")
    sandbox._process.kill()
    outcome = grade_one("ada", sums(SOLUTION), job_for(root))
    assert (outcome.report or outcome.problem).score == 10  # type: ignore[union-attr]
    worker.close_sandboxes()


def test_a_sandbox_that_ends_each_time_is_told_and_let_go_of(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    class Ended:
        def close(self) -> None: ...

    def sandbox(job: Job, kit: Path) -> None:
        opened.append(worker._open.setdefault((kit, "", 0, ()), Ended()))  # type: ignore[arg-type]
        raise SandboxUnavailable("the sandbox has ended")

    monkeypatch.setattr(worker, "_sandbox", sandbox)
    outcome = grade_one("ada", sums(SOLUTION), job_for(root))
    assert (outcome.problem, len(opened), worker._open) == ("the sandbox has ended", 2, {})


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
    assert name_each([(name, HERE) for name in names]).given == distinct


def test_a_report_can_be_read_again(graded: Any) -> None:
    assert json.loads((graded[1] / "ada" / "report.json").read_text())["score"] == 10
