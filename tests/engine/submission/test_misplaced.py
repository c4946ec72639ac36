"""Work that lies where no exercise looks for it is named, and where it belongs."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import Course
from autograder.submission.read import read_submission
from autograder.submission.written import still_stubs
from tests.engine.submission.handing_in import SOURCE, SUMS, notebook, refusal, told, write_tree

STUB = 'def double(x):\n    raise NotImplementedError("Add x to itself")\n'


@pytest.mark.parametrize("name", ["step00_sums/lesson.py", "step00_sums/mine.py", "lesson.py", "other/work.py"])
def test_a_function_in_another_module_is_named(tiny_course: Course, tmp_path: Path, name: str) -> None:
    folder = write_tree(tmp_path / "ada", {f"exercises/{SUMS}": STUB, f"exercises/{name}": SOURCE})
    assert f"{name} defines double, which is looked for in {SUMS}" in told(read_submission(folder, tiny_course))


@pytest.mark.parametrize("name", ["sums (1).py", "Copy of sums.py", "sums - Copy.py", "sums-1.py", "sums copy 2.py"])
def test_a_copy_of_a_module_is_named(tiny_course: Course, tmp_path: Path, name: str) -> None:
    folder = write_tree(tmp_path / "ada", {f"exercises/{SUMS}": STUB, f"exercises/step00_sums/{name}": "x = 1\n"})
    assert f"{name} is named like a copy of sums.py" in told(read_submission(folder, tiny_course))


def test_a_lone_copy_is_named_where_there_is_nothing_else(tiny_course: Course, tmp_path: Path) -> None:
    assert "named like a copy of sums.py" in refusal(write_tree(tmp_path / "ada", {"sums (1).py": SOURCE}), tiny_course)


EXPORTED = """#!/usr/bin/env python
# coding: utf-8

# # My lesson

# In[1]:


get_ipython().run_line_magic('matplotlib', 'inline')


# In[ ]:


def double(x):
    return 2 * x
"""


@pytest.mark.parametrize("name", ["step00_sums/lesson.py", "lesson.py", "lesson (1).py"])
def test_a_notebook_that_was_exported_as_a_module_is_named(tiny_course: Course, tmp_path: Path, name: str) -> None:
    folder = write_tree(tmp_path / "ada", {f"exercises/{SUMS}": STUB, f"exercises/{name}": EXPORTED})
    assert f"{name} defines double, which is looked for in {SUMS}" in told(read_submission(folder, tiny_course))
    if "/" not in name:
        assert "looked for in" in refusal(write_tree(tmp_path / "bob", {name: EXPORTED}), tiny_course)


@pytest.mark.parametrize(
    "name",
    [
        "exercises/lesson.ipynb",
        "lesson.ipynb",
        "exercises/step00_sums/Copy of lesson.ipynb",
        "exercises/step00_sums/lesson (1).ipynb",
        "exercises/step00_sums/deep/mine.ipynb",
        "notebooks/mine.ipynb",
    ],
)
def test_a_notebook_in_another_place_or_by_another_name_is_graded_or_named(
    tiny_course: Course, tmp_path: Path, name: str
) -> None:
    folder = write_tree(tmp_path / "ada", {f"exercises/{SUMS}": STUB, name: notebook(SOURCE)})
    found = read_submission(folder, tiny_course)
    graded = "00.double" not in still_stubs(tiny_course, tiny_course.step("00"), found.files)
    assert graded or name.rpartition("/")[2] in told(found)


@pytest.mark.parametrize(
    "files",
    [
        {SUMS: SOURCE, "step00_sums/old.py": SOURCE},
        {SUMS: "from .mine import double\n", "step00_sums/mine.py": SOURCE},
        {SUMS: STUB, "step00_sums/mine.py": "def helper():\n    pass\n"},
    ],
)
def test_work_that_counts_is_not_named(tiny_course: Course, tmp_path: Path, files: dict[str, str]) -> None:
    assert "looked for" not in told(read_submission(write_tree(tmp_path / "ada", files), tiny_course))


def test_a_module_with_a_coding_line_gets_no_warning(tiny_course: Course, tmp_path: Path) -> None:
    source = ("# -*- coding: latin-1 -*-\n# caf\xe9\n" + SOURCE).encode("latin-1")
    assert told(read_submission(write_tree(tmp_path / "ada", {SUMS: source}), tiny_course)) == ""
