"""The image for workers: it is made of what is there and, where something can build it, it grades."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.submission import solutions
from tests.engine.tools import ROOT

FILE = ROOT / "grading_configs" / "Containerfile"
BUILDERS = ("podman", "docker")
IMAGE = "lmi-test"
FOR_NAMESPACES = ("--cap-add", "SYS_ADMIN", "--security-opt", "apparmor=unconfined", "--security-opt")
WHOLE_PROC = {"podman": "unmask=ALL", "docker": "systempaths=unconfined"}


def lines(word: str) -> list[list[str]]:
    """The arguments of the file's instructions of one kind."""
    text = FILE.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.split()[1:] for line in text.splitlines() if line.startswith(f"{word} ")]


def test_what_is_copied_is_there_and_holds_all_that_grading_reads() -> None:
    copied = [source for *sources, _ in lines("COPY") for source in sources]
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert {"autograder", "exercises", "reference", "tests/public", "tests/hidden", "grading_configs"} <= set(copied)
    assert "pyproject.toml" in copied and "." not in copied  # nor the salt, an environment or reports


def test_its_python_is_one_that_the_course_takes() -> None:
    found = re.search(r"python:(\d+)\.(\d+)-", lines("FROM")[0][0])
    assert found and (int(found[1]), int(found[2])) >= (3, 11)


@cache
def builder() -> tuple[str | None, str]:
    """A program that builds and runs images here, or why there is none."""
    there = [name for name in BUILDERS if shutil.which(name)]
    said = [f"none of {', '.join(BUILDERS)} is installed"] if not there else []
    for name in there:
        done = subprocess.run([name, "info"], capture_output=True, text=True)
        if done.returncode:
            said.append(f"{name} does not work here: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
            continue
        pulled = subprocess.run([name, "pull", lines("FROM")[0][0]], capture_output=True, text=True)
        if not pulled.returncode:
            return name, ""
        said.append(f"{name} cannot fetch the base image: {pulled.stderr.strip().splitlines()[-1]}")
    return None, "; ".join(said)


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    """The program that runs the image, which is built."""
    program, reason = builder()
    if program is None:
        pytest.skip(reason)
    built = subprocess.run([program, "build", "-t", IMAGE, "-f", str(FILE), str(ROOT)], capture_output=True, text=True)
    assert built.returncode == 0, built.stdout[-4000:] + built.stderr[-4000:]
    yield program
    subprocess.run([program, "rmi", IMAGE], capture_output=True)


@pytest.mark.slow
@pytest.mark.parametrize("sandbox", ["user", "bwrap"])
def test_it_grades_as_the_guide_says(image: str, tmp_path: Path, sandbox: str) -> None:
    course = load_course(ROOT)
    for path, text in solutions(course, course.step("00")).items():
        file = tmp_path / "handed" / "ada" / "exercises" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    tmp_path.chmod(0o700)
    rights = (*FOR_NAMESPACES, WHOLE_PROC[image]) if sandbox == "bwrap" else ()
    run = [image, "run", "--rm", *rights, "-e", "LMI_SALT", "-v", f"{tmp_path}:/class", IMAGE]
    grade = ["lmi", "grade", "/class/handed", "-o", "/class/reports", "--steps", "00", "--sandbox", sandbox]
    done = subprocess.run([*run, *grade], env=os.environ | {"LMI_SALT": "salt"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    table = subprocess.run([*run, "cat", "/class/reports/grades.csv"], capture_output=True, text=True).stdout
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["submission"], row["score"]) == ("ada", "100") and "isolation" not in row["notes"]
