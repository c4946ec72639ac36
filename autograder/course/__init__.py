"""A course as data: its manifests read, checked and offered as `Course`, `Step` and `Exercise`.

`load_course` reads `grading_configs/` and refuses a manifest with a mistake, naming all of them at once.
`audit_course` checks what the manifests promise against stubs, solutions and tests.
"""

from autograder.course.audit import audit_course
from autograder.course.manifest import load_course
from autograder.course.marks import TestMark, scan_tests
from autograder.course.model import (
    CONFIGS,
    Course,
    CourseError,
    Exercise,
    Feedback,
    Limits,
    Problem,
    Step,
    UnknownName,
    find_root,
)

__all__ = [
    "CONFIGS",
    "Course",
    "CourseError",
    "Exercise",
    "Feedback",
    "Limits",
    "Problem",
    "Step",
    "TestMark",
    "UnknownName",
    "audit_course",
    "find_root",
    "load_course",
    "scan_tests",
]
