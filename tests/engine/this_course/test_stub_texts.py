"""What a stub says that is still to be done: what is returned or changed. How is the last hint's."""

from __future__ import annotations

from autograder.course import load_course
from autograder.course.stubs import find_regions, read_text
from tests.engine.tools import ROOT

LONGEST = 100


def tasks() -> list[str]:
    course = load_course(ROOT)
    files = [file for step in course.steps for file in sorted(course.reference_folder(step).glob("*.py"))]
    return [region.task for file in files for region in find_regions(read_text(file), file) if region.task]


def test_a_stub_says_what_and_not_how() -> None:
    found = tasks()
    assert len(found) > 150
    assert [task for task in found if not task.startswith(("return ", "change "))] == []


def test_a_stub_says_it_in_a_line() -> None:
    assert [task for task in tasks() if len(task) > LONGEST or task.endswith(".")] == []
