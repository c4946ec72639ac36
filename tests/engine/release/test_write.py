from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import Course, audit_course, load_course
from autograder.release.colab import repository_name
from autograder.release.write import MARKER, ReleaseError, leaks, release
from autograder.submission.read import read_submission
from tests.engine.tiny_course import HIDDEN_TESTS, PUBLIC_TESTS, STUB
from tests.engine.tools import ROOT

MODULE = "exercises/step00_sums/sums.py"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "given" / "out"


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal(course: Course, out: Path) -> str:
    with pytest.raises(ReleaseError) as caught:
        release(course, out)
    return str(caught.value)


def test_this_course_can_be_released(out: Path) -> None:
    release(load_course(ROOT), out)
    assert (out / "exercises" / "kit" / "models" / "step02" / "manifest.json").is_file()
    assert (out / "exercises" / "WHERE_NEXT.md").read_bytes() == (ROOT / "exercises" / "WHERE_NEXT.md").read_bytes()


def test_release_holds_what_learners_need_and_nothing_else(tiny_course: Course, out: Path) -> None:
    release(tiny_course, out)
    assert sorted(everything(out)) == [
        MARKER,
        "LICENSE",
        "README.md",
        "autograder/__init__.py",
        "constraints.txt",
        "exercises/kit/__init__.py",
        "exercises/kit/numbers.py",
        "exercises/step00_sums/README.md",
        "exercises/step00_sums/__init__.py",
        MODULE,
        "grading_configs/course.toml",
        "grading_configs/step00.toml",
        "grading_configs/stubs/step00_sums/__init__.py",
        "grading_configs/stubs/step00_sums/sums.py",
        "pyproject.toml",
        "tests/public/step00/test_sums.py",
    ]


def test_pages_between_the_steps_are_released(tiny_course: Course, out: Path) -> None:
    (tiny_course.root / "exercises/WHERE_NEXT.md").write_text("# Where next\n")
    (tiny_course.root / "exercises/notes.txt").write_text("of the staff's\n")
    assert "exercises/WHERE_NEXT.md" in release(tiny_course, out)
    assert (out / "exercises/WHERE_NEXT.md").read_text() == "# Where next\n"
    assert not (out / "exercises/notes.txt").exists()


def test_modules_are_made_anew_from_the_solutions(tiny_course: Course, out: Path) -> None:
    (tiny_course.root / MODULE).write_text("def double(x): return 2 * x\n")
    release(tiny_course, out)
    assert (out / MODULE).read_text() == STUB.lstrip("\n")


def test_readme_is_the_learners_own(tiny_course: Course, out: Path) -> None:
    release(tiny_course, out)
    assert (out / "README.md").read_text() == "# A tiny course 1.0\n| 00 | Sums | Numbers can be added | " \
        "[`exercises/step00_sums`](exercises/step00_sums) | 10 |\n"  # fmt: skip


def test_release_is_a_course(tiny_course: Course, out: Path) -> None:
    release(tiny_course, out)
    assert audit_course(load_course(out)) == []


def test_work_done_in_a_release_is_a_submission_to_the_staffs_course(tiny_course: Course, out: Path) -> None:
    release(tiny_course, out)
    assert "step00_sums/sums.py" in read_submission(out, tiny_course).files


def test_caches_stay_behind(tiny_course: Course, out: Path) -> None:
    cache = tiny_course.root / "exercises/kit/__pycache__/numbers.cpython-311.pyc"
    cache.parent.mkdir()
    cache.write_bytes(b"\0")
    assert not [name for name in release(tiny_course, out) if name.endswith(".pyc")]


def test_folder_with_other_things_is_refused_and_left_alone(tiny_course: Course, out: Path) -> None:
    out.mkdir(parents=True)
    (out / "thesis.txt").write_text("years of work")
    assert "is not empty and not an earlier release" in refusal(tiny_course, out)
    assert everything(out) == {"thesis.txt": b"years of work"}


def test_empty_folder_is_used(tiny_course: Course, out: Path) -> None:
    out.mkdir(parents=True)
    assert MODULE in release(tiny_course, out)


def test_file_in_the_way_is_refused(tiny_course: Course, out: Path) -> None:
    out.parent.mkdir()
    out.write_text("a file")
    assert refusal(tiny_course, out) == f"{out} is not a folder: name a new one"


def test_earlier_release_is_replaced(tiny_course: Course, out: Path) -> None:
    (tiny_course.root / "exercises/kit/old.py").write_text("x = 1\n")
    release(tiny_course, out)
    (tiny_course.root / "exercises/kit/old.py").unlink()
    (tiny_course.root / "LICENSE").write_text("Another.\n")
    release(tiny_course, out)
    assert (out / "LICENSE").read_text() == "Another.\n"
    assert not (out / "exercises/kit/old.py").exists()


def test_what_was_added_to_an_earlier_release_stays(tiny_course: Course, out: Path) -> None:
    release(tiny_course, out)
    (out / ".git/refs").mkdir(parents=True)
    (out / ".git/refs/main").write_text("abc")
    release(tiny_course, out)
    assert (out / ".git/refs/main").read_text() == "abc"


def test_earlier_release_that_was_changed_is_refused(tiny_course: Course, out: Path) -> None:
    release(tiny_course, out)
    (out / MODULE).write_text("my own work\n")
    assert f"changed since ({MODULE})" in refusal(tiny_course, out)
    assert (out / MODULE).read_text() == "my own work\n"


def test_added_file_that_is_now_in_the_way_is_refused(tiny_course: Course, out: Path) -> None:
    release(tiny_course, out)
    (out / ".gitignore").write_text("mine\n")
    (tiny_course.root / ".gitignore").write_text("theirs\n")
    assert "is not of the earlier release and now in the way" in refusal(tiny_course, out)
    assert (out / ".gitignore").read_text() == "mine\n"


def test_failure_leaves_the_earlier_release_and_no_litter(
    tiny_course: Course, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(tiny_course, out)
    before = everything(out)
    real = os.rename

    def fail_to_put_in_place(source: Path, target: Path) -> None:
        if Path(source).name == "new":
            raise OSError("the disk is gone")
        real(source, target)

    monkeypatch.setattr(os, "rename", fail_to_put_in_place)
    assert "the disk is gone" in refusal(tiny_course, out)
    assert (everything(out), os.listdir(out.parent)) == (before, [out.name])


@pytest.mark.parametrize("inside", ["exercises/out", "tests/public/out"])
def test_folder_inside_the_courses_own_is_refused(tiny_course: Course, inside: str) -> None:
    assert "is inside the course's own" in refusal(tiny_course, tiny_course.root / inside)


def test_course_itself_is_refused(tiny_course: Course) -> None:
    assert "is not empty and not an earlier release" in refusal(tiny_course, tiny_course.root)


def test_release_of_a_release_is_refused(tiny_course: Course, out: Path, tmp_path: Path) -> None:
    release(tiny_course, out)
    assert "is a release itself" in refusal(load_course(out), tmp_path / "again")


def test_unknown_name_in_the_template_is_told(tiny_course: Course, out: Path) -> None:
    (tiny_course.root / "grading_configs/release/README.md").write_text("$titel\n")
    assert "has an unknown $name ('titel'): known are title, version" in refusal(tiny_course, out)


REPOSITORY = "https://github.com/org/course"
FIRST_CELL = {
    "cell_type": "code",
    "source": ["# Run this first\n", 'REPOSITORY = ""  # where\n', "x = 1"],
    "outputs": [],
}
LESSON = "exercises/step00_sums/lesson.ipynb"


@pytest.fixture
def lesson_course(write_course: Callable[..., Path]) -> Course:
    cells = [{"cell_type": "markdown", "source": ["# Sums"]}, FIRST_CELL]
    return load_course(write_course({LESSON: json.dumps({"nbformat": 4, "cells": cells})}))


def test_notebook_of_a_release_with_an_address_opens_on_colab_and_fetches_it(lesson_course: Course, out: Path) -> None:
    release(lesson_course, out, REPOSITORY)
    badge, _, first = json.loads((out / LESSON).read_text())["cells"]
    assert f"(https://colab.research.google.com/github/org/course/blob/main/{LESSON})" in badge["source"][0]
    assert first["source"][1] == f'REPOSITORY = "{REPOSITORY}"  # where\n'


def test_readme_of_a_release_with_an_address_has_the_badge(lesson_course: Course, out: Path) -> None:
    release(lesson_course, out, REPOSITORY)
    assert (
        f"[![Open in Colab]({{}})](https://colab.research.google.com/github/org/course/blob/main/{LESSON})".format(
            "https://colab.research.google.com/assets/colab-badge.svg"
        )
        in (out / "README.md").read_text()
    )


def test_release_without_an_address_is_as_the_course(lesson_course: Course, out: Path) -> None:
    release(lesson_course, out)
    assert (out / LESSON).read_bytes() == (lesson_course.root / LESSON).read_bytes()
    assert "colab" not in (out / "README.md").read_text()


@pytest.mark.parametrize("address", ["https://github.com/org/course.git", "https://github.com/org/course/"])
def test_address_as_github_shows_it_is_understood(address: str) -> None:
    assert repository_name(address) == "org/course"


@pytest.mark.parametrize(
    "address",
    ["", "http://github.com/org/course", "https://gitlab.com/org/course", "https://github.com/org", "org/course",
     'https://github.com/org/"; import os', "https://github.com/org/a b", "https://github.com/org/course/tree/main"],
)  # fmt: skip
def test_other_address_is_refused_before_anything_is_written(lesson_course: Course, out: Path, address: str) -> None:
    with pytest.raises(ReleaseError, match="name it as https://github.com/ORG/REPO"):
        release(lesson_course, out, address)
    assert not out.exists()


def test_notebook_without_a_place_for_the_address_is_refused(write_course: Callable[..., Path], out: Path) -> None:
    course = load_course(write_course({LESSON: json.dumps({"nbformat": 4, "cells": []})}))
    with pytest.raises(ReleaseError, match="made ready for learners: must have one line .* not 0"):
        release(course, out, REPOSITORY)
    assert not out.exists()


SOLUTION_LINES = "largest_so_far = functools.reduce(operator.add, numbers, 0)\n    assert largest_so_far is not None\n"
SPILLED = {
    "solution": ("exercises/kit/numbers.py", f"def f():\n    {SOLUTION_LINES}    return largest_so_far\n", "solution"),
    "solution spaced otherwise": (
        "exercises/step00_sums/README.md",
        f"```\n{SOLUTION_LINES.replace(' = ', '=')}# why\nreturn   largest_so_far\n```\n",
        "the solution in reference/step00_sums/sums.py:16",
    ),
    "solution in a notebook": (
        "exercises/step00_sums/lesson.ipynb",
        json.dumps({"cells": [{"source": (SOLUTION_LINES + "return largest_so_far").splitlines(keepends=True)}]}),
        "the solution in reference/step00_sums/sums.py:16",
    ),
    "hidden test's name": ("exercises/kit/numbers.py", "# see test_a_hundred_numbers\n", "test_a_hundred_numbers"),
    "hidden test": ("tests/public/step00/test_sums.py", PUBLIC_TESTS + HIDDEN_TESTS, "the hidden test"),
    "checkpoint": ("exercises/kit/numbers.py", "GOLD = 1.6180339887\n", "the checkpoint golden of step00.json"),
    "rounded checkpoint": ("exercises/step00_sums/README.md", "It is 1.61803.\n", "the checkpoint golden"),
}  # fmt: skip


@pytest.mark.parametrize("what", SPILLED)
def test_answer_that_has_spilled_is_found(tiny_course: Course, out: Path, what: str) -> None:
    name, text, expected = SPILLED[what]
    release(tiny_course, out)
    (out / name).write_text(text)
    assert any(leak.startswith(f"{name}: ") and expected in leak for leak in leaks(tiny_course, out))


def test_folder_of_the_staffs_is_found(tiny_course: Course, out: Path) -> None:
    (out / "reference").mkdir(parents=True)
    (out / "reference/notes.txt").write_text("")
    assert leaks(tiny_course, out) == ["reference/notes.txt: belongs to the staff"]


def test_release_that_would_give_answers_away_is_refused(write_course: Callable[..., Path], out: Path) -> None:
    course = load_course(write_course({"exercises/kit/numbers.py": "GOLD = 1.6180339887\n"}))
    assert "exercises/kit/numbers.py: the checkpoint golden of step00.json" in refusal(course, out)
    assert not out.exists()
