"""The sandbox “user” where it is meant for: in a container that forbids namespaces, imitated."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import left_behind
from tests.engine.sandbox.container import container, in_container  # noqa: F401
from tests.engine.tiny_course import SOLUTION, write_tiny_course
from tests.engine.tools import ROOT, SUMS

TESTS = (
    "tests/engine/sandbox/test_sandbox.py",
    "tests/engine/sandbox/test_use.py",
    "tests/engine/sandbox/test_own_user.py",
    "tests/engine/grading/test_hostile.py",
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("container")]


def test_what_is_claimed_of_the_sandbox_user_holds_in_a_container() -> None:
    """Its tests are skipped where users of their own may not run this Python, as in most homes."""
    command = in_container(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS, "-k", "user")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert int(done.stdout.rpartition(" passed")[0].split()[-1]) > 20


THIEF = """
import os
from pathlib import Path

def stolen(name):
    for folder in {places}:
        for path in Path(folder).rglob("sums.py"):
            if "def stolen" not in path.read_text():
                exec(path.read_text(), found := {{}})
                return found[name]
    raise RuntimeError("there is nothing to take")

def double(x): return stolen("double")(x)
def total(numbers): return stolen("total")(numbers)
"""
STAYS = """
import os, sys, time
from pathlib import Path

def double(x):
    for place in ("/tmp", "/var/tmp", "/dev/shm"):
        try: Path(place, "left-behind.py").write_text("x")
        except OSError: pass
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0: time.sleep(10**6)
        os._exit(0)
    return None
"""


@pytest.fixture
def open_class() -> Iterator[Path]:
    """A class that everyone may read, outside of the folders that pytest keeps to itself."""
    folder = Path(tempfile.mkdtemp(prefix="lmi-class-", dir="/var/tmp"))
    folder.chmod(0o755)
    files = {f"honest-{number}": SOLUTION for number in range(4)}
    files |= {"thief": THIEF.format(places=[str(folder)]), "stays": STAYS}
    for name, text in files.items():
        file = folder / name / SUMS
        file.parent.mkdir(parents=True)
        file.write_text(text)
    yield folder
    left_behind.remove(str(folder))


def test_a_class_is_graded_by_two_at_once_and_only_who_did_the_work_has_points(
    open_class: Path, tmp_path: Path
) -> None:
    course = write_tiny_course(tmp_path / "course", {"autograder/__init__.py": None})  # workers begin in this folder
    out = tmp_path / "out"
    lmi = [str(Path(sys.executable).parent / "lmi"), "grade", str(open_class), "-o", str(out)]
    command = in_container(*lmi, "--sandbox", "user", "--jobs", "2")
    refused = subprocess.run(command, cwd=course, capture_output=True, text=True)
    assert refused.returncode == 2 and "keep it to root" in refused.stderr
    open_class.chmod(0o700)
    done = subprocess.run(command, cwd=course, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    with (out / "grades.csv").open() as table:
        scores = {row["submission"]: float(row["score"]) for row in csv.DictReader(table)}
    assert scores == {f"honest-{number}": 10.0 for number in range(4)} | {"thief": 0.0, "stays": 0.0}
    assert not [place for place in ("/tmp", "/var/tmp", "/dev/shm") if Path(place, "left-behind.py").exists()]
