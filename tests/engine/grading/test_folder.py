"""The folder of a class is one run's at a time, and nothing unfinished stays in it, however a run ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder import files
from autograder.files import write_atomic, write_once, write_together
from autograder.grading import folder, worker
from autograder.grading.folder import FolderTaken, claimed, writing
from autograder.grading.many import DiskFull, grade_class
from autograder.report import read_class
from tests.engine.grading.pretend import Pretend, job_for, pretend, solved, two_steps
from tests.engine.tiny_course import write_tiny_course
from tests.engine.tools import ROOT, own_modules

__all__ = ["pretend"]
WITHIN = 30.0  # the promise is 5 s on a machine that is free; what is left for good is left after 30, too


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def drafts(out: Path) -> list[str]:
    return [path.name for path in out.rglob("*.tmp")]


def soon(true: Callable[[], bool]) -> bool:
    """Whether it is so before long."""
    deadline = time.monotonic() + WITHIN
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


# ---------------------------------------------------------------- one run at a time


def test_a_second_run_is_refused_and_told_whose_the_folder_is(out: Path) -> None:
    said = f"another run.*process {os.getpid()} on"
    with claimed(out, "first"), pytest.raises(FolderTaken, match=said) as refused, claimed(out, "second"):
        raise AssertionError("it got in")
    assert str(out) in str(refused.value) and "choose another folder" in str(refused.value)


def test_the_folder_is_free_again_when_the_run_has_ended(out: Path) -> None:
    for run in ("first", "second"):
        with claimed(out, run), claimed(out, run), writing(out, run):
            pass


def test_a_worker_that_outlives_its_run_cannot_write_into_the_next(out: Path) -> None:
    with claimed(out, "first"):
        pass
    with claimed(out, "second"), pytest.raises(FolderTaken, match="taken this folder over"), writing(out, "first"):
        raise AssertionError("it wrote")


def test_a_run_waits_for_a_worker_that_is_writing(out: Path) -> None:
    code = f"""
import time
from pathlib import Path
from autograder.grading.folder import writing
with writing(Path({str(out)!r}), "first"):
    print("writing", flush=True)
    time.sleep(0.5)
    Path({str(out / "done")!r}).touch()
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None and worker.stdout.readline() == b"writing\n"
        with claimed(out, "second"):
            assert (out / "done").exists()


def test_a_file_system_without_locks_is_named(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("autograder.grading.folder.fcntl.flock", none)
    with pytest.raises(FolderTaken, match="cannot keep two runs apart"), claimed(out, "first"):
        pass


# ---------------------------------------------------------------- nothing is left

KILLED = """
import os, signal, sys, tempfile
from pathlib import Path
from autograder import files
from autograder.grading.folder import claimed
out = Path(sys.argv[1])
def die(*_):
    print("now", flush=True)
    signal.pause()
files.os.replace = die
with claimed(out, "first"):
    place = tempfile.mkdtemp()
    print(place, flush=True)
    files.write_atomic(out / "ada" / "report.json", "half")
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_of_a_run_that_is_killed_while_it_writes(out: Path, number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, str(out)], cwd=ROOT, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        place = Path(run.stdout.readline().decode().strip())
        assert run.stdout.readline() == b"now\n" and drafts(out) and place.is_dir()
        run.send_signal(number)
        run.wait()
    assert soon(lambda: not drafts(out) and not place.parent.exists()), (drafts(out), place)


def test_a_run_sweeps_what_the_machine_left_when_it_went(out: Path) -> None:
    left = Path(tempfile.gettempdir(), f"{folder.TEMPORARY}left")
    for place in (out / "ada", left):
        place.mkdir(parents=True)
    (left / folder.LOCK).touch()
    (out / "ada" / ".report.json.0123abcd.tmp").write_text("half")
    (out / "ada" / ".mine.tmp").write_text("whole")
    with claimed(out, "first"):
        assert drafts(out) == [".mine.tmp"] and not left.exists()


def test_temporary_files_of_a_run_that_goes_on_stay(out: Path, tmp_path: Path) -> None:
    with claimed(out, "first"):
        place = Path(tempfile.mkdtemp())
        with claimed(tmp_path / "other", "second"):
            assert place.is_dir()
    assert not place.exists() and Path(tempfile.gettempdir()) != place.parent


# ---------------------------------------------------------------- files whole or not at all


def test_files_that_belong_together_are_written_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_together({tmp_path / name: "old" for name in "ab"})
    full = iter([None, OSError(28, "No space left on device")])

    def fsync(descriptor: int) -> None:
        if (problem := next(full)) is not None:
            raise problem

    monkeypatch.setattr(files.os, "fsync", fsync)
    with pytest.raises(OSError, match="No space"):
        write_together({tmp_path / name: "new" for name in "ab"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old", "b": "old"}


def test_a_file_is_on_the_disk_before_it_takes_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(files.os, name, lambda *a, name=name, real=real: calls.append(name) or real(*a))
    write_atomic(tmp_path / "a", "text")
    assert calls == ["fsync", "replace", "fsync"]  # the file, its place, and the folder that tells of it


def test_of_several_who_write_a_file_once_the_first_is_heeded(tmp_path: Path) -> None:
    write_once(tmp_path / "salt", "first")
    write_once(tmp_path / "salt", "second")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("salt", "first")]


# ---------------------------------------------------------------- a full disk


def test_a_full_disk_ends_the_run_and_the_next_goes_on(
    tmp_path: Path, out: Path, pretend: Pretend, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_tiny_course(tmp_path / "course", two_steps())
    handed, job = [solved("ada"), solved("ben"), solved("zoe")], job_for(root, out)

    def full(report: Any, place: Path, *rest: Any, **more: Any) -> None:
        if place.name == "ben":
            raise OSError(28, "No space left on device")
        written(report, place, *rest, **more)

    with own_modules(), monkeypatch.context() as patch:
        from autograder.report import write_reports as written

        patch.setattr("autograder.report.write_reports", full)
        with pytest.raises(DiskFull, match="No space left on device. Free some space and give the same command"):
            grade_class(handed, job)
    assert list(read_class(out)[0]) == ["ada"] and 'href="ada/staff.html"' in (out / "index.html").read_text()
    with own_modules():
        result = grade_class(handed, job_for(root, out))
    assert [name for name, _ in pretend.asked] == ["ada", "ben", "ben", "zoe"]
    assert (result.taken, list(read_class(out)[0])) == (1, ["ada", "ben", "zoe"])


def test_an_answer_that_is_lost_after_the_report_was_written_costs_no_second_grading(
    tmp_path: Path, out: Path, pretend: Pretend
) -> None:
    root = write_tiny_course(tmp_path / "course", two_steps())
    job = job_for(root, out)
    with own_modules(), claimed(out, job.run):
        outcomes = [worker.grade_one(*solved(), job) for _ in range(2)]
    assert ([outcome.taken for outcome in outcomes], len(pretend.asked)) == ([False, True], 1)
