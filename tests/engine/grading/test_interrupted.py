"""A run that is ended in the middle: nothing graded is lost, nothing is left, and the next one goes on from there."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.course import load_course
from autograder.grading.gradebook import Gradebook
from autograder.grading.one import grade
from autograder.sandbox.backends import bwrap_problem
from autograder.sandbox.host import Guest
from tests.engine import tools
from tests.engine.grading.handed_in import sums
from tests.engine.tiny_course import SOLUTION, STUB, edited, write_tiny_course
from tests.engine.tools import BACKEND, ROOT, own_modules

SLOW = edited(SOLUTION, ("import functools\n", "import functools\nimport time\n\ntime.sleep(2)\n"))
CLASS = {"ada": SOLUTION, "ben": STUB, "chloe": tools.ONLY_DOUBLE, "dora": SLOW, "emil": SLOW, "fay": SLOW}
SCORES = {"ada": "10", "ben": "0", "chloe": "4", "dora": "10", "emil": "10", "fay": "10"}
LMI = [sys.executable, "-c", "from autograder.cli import main; main()"]
WITHIN = 30.0  # the promise is 5 s on a machine that is free; what is left for good is left after 30, too


def _heed_interrupts() -> None:
    """As from a terminal: what a shell starts in the background ignores Ctrl-C, and so does all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Room:
    """A course, a class, and `lmi grade` on it as a process of its own."""

    def __init__(self, place: Path):
        self.root, self.out = write_tiny_course(place / "course"), place / "out"
        shutil.rmtree(self.root / "autograder")  # it only marks the place, and would stand before the engine's own
        self.handed, self.temporary = place / "handed", place / "temporary"
        for folder in (self.handed, self.temporary):
            folder.mkdir()
        for name, text in CLASS.items():
            with zipfile.ZipFile(self.handed / f"{name}.zip", "w") as archive:
                archive.writestr(tools.SUMS, text)

    @property
    def paths(self) -> dict[str, str]:
        return {"PYTHONPATH": str(ROOT), "TMPDIR": str(self.temporary), "LMI_SALT": "salt"}

    def start(self, jobs: int, backend: str = BACKEND, *more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*LMI, "grade", "-j", str(jobs), "--sandbox", backend, "-o", str(self.out), *more, str(self.handed)],
            cwd=self.root, env=os.environ | self.paths, text=True, start_new_session=True, preexec_fn=_heed_interrupts,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def graded(self) -> list[str]:
        return sorted(path.parent.name for path in self.out.glob("*/report.json"))

    def wait_for(self, run: subprocess.Popen[str], count: int) -> list[psutil.Process]:
        """All that the run has started, once so many are graded."""
        deadline = time.monotonic() + 300
        while len(self.graded()) < count:
            assert run.poll() is None and time.monotonic() < deadline, run.communicate()
            time.sleep(0.02)
        return psutil.Process(run.pid).children(recursive=True)

    def table(self) -> dict[str, str]:
        with open(self.out / "grades.csv", newline="") as file:
            return {row["submission"]: row["score"] for row in csv.DictReader(file)}

    def runs(self) -> dict[str, int]:
        with Gradebook(self.out / "gradebook.sqlite") as book:
            return {row.submission: row.runs for row in book.rows()}

    def left(self) -> list[str]:
        unfinished = [*self.temporary.iterdir(), *self.out.rglob("*.tmp")]
        return [str(path) for path in unfinished]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def alive(family: list[psutil.Process]) -> list[psutil.Process]:
    found = []
    for process in family:
        with suppress(psutil.Error):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


BACKENDS = [BACKEND] if BACKEND == "process" else [BACKEND, "process"]


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT", "SIGTERM", "SIGHUP"])
def test_a_run_that_is_ended_loses_nothing_and_leaves_nothing(room: Room, how: str, jobs: int, backend: str) -> None:
    if backend != BACKEND and (how, jobs) != ("SIGKILL", 2):
        pytest.skip("what is particular to this sandbox is what it leaves when all is killed")
    run = room.start(jobs, backend)
    family = room.wait_for(run, 1)
    if how == "SIGINT":
        os.killpg(run.pid, signal.SIGINT)  # as a terminal does it: to all of them
    else:
        run.send_signal(getattr(signal, how))
    ended, deadline = run.wait(WITHIN), time.monotonic() + WITHIN
    while (alive(family) or room.left()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (alive(family), room.left()) == ([], [])
    before = room.graded()
    assert len(before) < len(CLASS)
    if how != "SIGKILL":
        assert ended == 130 and set(room.table()) == set(before)
    said = room.start(jobs, backend).communicate()[0]
    assert room.table() == SCORES and room.runs() == dict.fromkeys(CLASS, 1), said
    assert f"{len(before)} taken as graded before" in said and room.left() == []
    assert all(f'href="{name}/staff.html"' in (room.out / "index.html").read_text() for name in CLASS)


@pytest.mark.slow
def test_two_runs_into_one_folder_do_not_mix(room: Room) -> None:
    first = room.start(1)
    room.wait_for(first, 1)
    second = room.start(1)
    said = second.communicate()[0]
    assert second.returncode == 2 and "another run is working in this folder" in said
    assert first.wait() == 0 and room.table() == SCORES and room.runs() == dict.fromkeys(CLASS, 1)


FULL = """
import os, subprocess, sys
out, *grade = sys.argv[1:]
with open(os.path.join(out, "ballast"), "wb", buffering=0) as ballast:
    try:
        while True:
            ballast.write(b"x" * 4096)
    except OSError:
        pass
os.truncate(os.path.join(out, "ballast"), os.path.getsize(os.path.join(out, "ballast")) - int(os.environ["ROOM"]))
print("first", subprocess.run(grade).returncode, sorted(os.listdir(out)), flush=True)
print([name for _, _, names in os.walk(out) for name in names if name.endswith(".tmp")], flush=True)
os.unlink(os.path.join(out, "ballast"))
print("second", subprocess.run(grade).returncode, flush=True)
print(open(os.path.join(out, "grades.csv")).read(), flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(bool(bwrap_problem()), reason="bubblewrap makes the small disk")
def test_a_disk_that_is_full_loses_nothing(room: Room) -> None:
    room.out.mkdir()
    small = ["bwrap", "--dev-bind", "/", "/", "--size", str(4 * 2**20), "--tmpfs", str(room.out)]
    command = [*LMI, "grade", "--sandbox", "process", "-o", str(room.out), str(room.handed)]
    environment = {"PYTHONPATH": str(ROOT), "LMI_SALT": "salt", "ROOM": str(220 * 1024)}
    done = subprocess.run(
        [*small, sys.executable, "-c", FULL, str(room.out), *command],
        cwd=room.root, env=os.environ | environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert "first 2 " in done.stdout and "No space left on device" in done.stdout, done.stdout
    assert "\n[]\n" in done.stdout and "second 0" in done.stdout and " taken as graded before" in done.stdout
    assert all(f"\n{name},{score}," in done.stdout for name, score in SCORES.items()), done.stdout


# ---------------------------------------------------------------- what runs a submission


def test_a_guest_that_is_killed_costs_no_points(
    write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, request, killed = load_course(write_course()), Guest.request, list[int]()

    def kill_first(self: Guest, *asked: Any) -> Any:
        if not killed:
            killed.extend(process.pid for process in tiny_sandbox.descendants())
            tiny_sandbox.kill_descendants()
        return request(self, *asked)

    monkeypatch.setattr(Guest, "request", kill_first)
    with own_modules():
        report = grade(sums(SOLUTION), course, tiny_sandbox, course.steps, "salt")
    assert killed and report.score == 10


def test_a_submission_that_kills_itself_is_tried_twice_and_no_more(write_course: Any, tiny_sandbox: Any) -> None:
    course = load_course(write_course())
    kills = edited(SOLUTION, ("return x + x", "import os; os.kill(os.getpid(), 9)"))
    with own_modules():
        report = grade(sums(kills), course, tiny_sandbox, course.steps, "salt")
    double, total = report.exercises
    assert (double.status, total.status) == ("error", "passed")
