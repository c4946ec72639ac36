"""Work that is there, and not where exercises look for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from autograder.course import Course
from autograder.submission.entries import shown
from autograder.submission.lone import is_module, without_copy_marks
from autograder.submission.written import defined, still_stubs

MOST_NAMES = 5


def misplaced(course: Course, files: Mapping[str, bytes], unplaced: Mapping[str, bytes]) -> list[str]:
    """What to tell of functions that stand in another module than theirs, which is as it was given out.

    `files` are graded, `unplaced` is Python that is not: path → source.
    """
    warnings = []
    missing = {step.folder: set(still_stubs(course, step, files)) for step in course.steps}
    for path, source in [*files.items(), *unplaced.items()]:
        names = defined(source)
        for step in course.steps:
            if path in files and not path.startswith(f"{step.folder}/"):
                continue
            asked = [e for e in step.exercises if e.id in missing[step.folder] and e.top_level in names]
            homes = sorted({f"{e.module}.py" for e in asked if path != f"{step.folder}/{e.module}.py"})
            if homes:
                found = list(dict.fromkeys(e.top_level for e in asked))
                more = ", …" if len(found) > MOST_NAMES else ""
                warnings.append(
                    f"{shown(path)} defines {', '.join(found[:MOST_NAMES])}{more}, which is looked for in "
                    f"{', '.join(f'{step.folder}/{home}' for home in homes)} and is not graded here: put it there"
                )
                break
    return warnings + [line for path in unplaced if (line := _copy_line(path, course))]


def _copy_line(path: str, course: Course) -> str | None:
    """What to tell of `images (1).py`."""
    name = PurePosixPath(path).name
    called = f"{without_copy_marks(name.removesuffix('.py'))}.py"
    if called == name or not is_module(called, course):
        return None
    return f"{shown(path)} is named like a copy of {called} and is not graded: if it is the one that counts, name it so"
