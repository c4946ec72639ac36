"""A course as data: its manifests, and which tests and stubs belong to them.

In come the folders of a course; out go `Course`, `Step` and `Exercise`, the problems that its author has to mend, and
stubs as they were given out. `load_course` refuses a manifest with a mistake, naming all of them at once;
`audit_course` checks what the manifests promise against stubs, solutions and tests. Nothing here runs a course's
code.
"""

from __future__ import annotations

from autograder.course.audit import audit_course
from autograder.course.manifest import about_course, load_course
from autograder.course.marks import TestMark, may_test, scan_tests
from autograder.course.model import (
    CONFIGS,
    Attempts,
    Course,
    CourseError,
    Exercise,
    Feedback,
    HiddenTests,
    Limits,
    Problem,
    Step,
    UnknownName,
    find_root,
)
from autograder.course.names import Definition, Import, bound_name, definition, only, used_names
from autograder.course.stubs import find_regions, make_stub, pristine_folder, read_text, stub_texts

__all__ = [
    "Attempts",
    "CONFIGS",
    "Course",
    "CourseError",
    "Definition",
    "Exercise",
    "Feedback",
    "HiddenTests",
    "Import",
    "Limits",
    "Problem",
    "Step",
    "TestMark",
    "UnknownName",
    "about_course",
    "audit_course",
    "bound_name",
    "definition",
    "find_regions",
    "find_root",
    "load_course",
    "make_stub",
    "may_test",
    "only",
    "pristine_folder",
    "read_text",
    "scan_tests",
    "stub_texts",
    "used_names",
]
