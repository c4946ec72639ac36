"""What staff have called mistakes, put where reports lie, so that each says it without being graded again.

Where nothing has a name, nothing is compared and torch is not imported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from autograder.course import Course, UnknownName
from autograder.grading.wrong import what_went_wrong
from autograder.report import (
    INDEX,
    Counted,
    Report,
    ReportError,
    find_reports,
    load_report,
    read_class,
    write_class_page,
    write_named,
)
from autograder.testing import name_of, names_file, seen_in


def names_for(course: Course, report: Report) -> dict[str, str]:
    """By exercise, what staff have called what its public tests saw, where no known mistake explains it."""
    found = {}
    for result in report.exercises:
        if result.mistakes or result.passed:
            continue
        try:
            exercise = course.exercise(result.id)
        except UnknownName:  # the course has it no more
            continue
        if not names_file(course, course.step_of(exercise)).is_file():
            continue
        if says := name_of(course, exercise, seen_in(result, "public")):
            found[result.id] = says
    return found


def name_again(course: Course, paths: Sequence[Path]) -> None:
    """Before reports are rendered again: put beside each what it is called now, and where that has changed, into the
    page of a class.

    A report that cannot be read is left as it is. Raises ReportError where there is none.
    """
    changed = False
    for file, _ in find_reports(paths):
        with suppress(ReportError, OSError):
            changed |= write_named(file.parent, names_for(course, load_report(file)))
    for folder in paths:
        if changed and (folder / INDEX).is_file() and (counted := _counted(course, folder)) is not None:
            reports, failures = read_class(folder)
            ordered = named(course, [reports[name] for name in sorted(reports)])
            write_class_page(ordered, failures, folder, counted, what_went_wrong(ordered))


def _counted(course: Course, folder: Path) -> Mapping[str, Counted] | None:
    """What counts for each of a class; None if its gradebook is elsewhere, for `lmi gradebook write` to ask."""
    from autograder.grading.class_book import counted_in, has_book
    from autograder.grading.gradebook import GradebookError

    try:
        return counted_in(folder, course) if has_book(folder) else {}
    except GradebookError:
        return None


def named(course: Course, reports: Sequence[Report]) -> list[Report]:
    return [report.model_copy(update={"named": names_for(course, report)}) for report in reports]
