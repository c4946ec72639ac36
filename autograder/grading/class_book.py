"""The folder of a class and its gradebook, kept in step: every report in the book, what counts in the class's files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from autograder.course import Course
from autograder.files import write_atomic
from autograder.grading import folder, kept
from autograder.grading.gradebook import Gradebook, GradebookError
from autograder.grading.named import named
from autograder.grading.standing import Standing
from autograder.grading.sweeper import OWN
from autograder.grading.wrong import what_went_wrong
from autograder.report import (
    COUNTED,
    RECORD,
    Counted,
    Report,
    ReportError,
    counted_text,
    load_report,
    points,
    read_class,
    render_report,
    write_class,
    write_named,
)

FILE = "gradebook.sqlite"
ELSEWHERE = Path(OWN, "gradebook")  # where the class's gradebook is, when it is not in its folder; without a password


class ClassBook:
    """What a run does with the gradebook of its folder. Raises GradebookError when it cannot be used."""

    def __init__(self, out: Path, run: str, where: str | None, course: Course):
        self.out, self._run, self._where, self._course = out, run, where, course

    def catch_up(self) -> None:
        """Take into the gradebook each report of the folder that is not in it: of a run that was ended, say."""
        with open_book(self.out, self._where) as book:
            self._tell_where(book)
            _bring_in(self.out, book)

    def has_reports(self) -> bool:
        """Whether the folder holds a report of anybody's."""
        return bool(_reports(self.out))

    def write(self, failures: Mapping[str, str], counts: str | None) -> tuple[int, int]:
        """Bring in what was graded, and write the class's files; how many are graded in all, and how many are not.

        `counts`: what a run has to say of itself for the audit trail.
        """
        with open_book(self.out, self._where) as book:
            _bring_in(self.out, book)
            if counts is not None:
                book.log("graded", f"run {self._run}: {counts}")
            book.set_policy(self._course.attempts)
            counted = _counted(book, self._course)
        reports, all_failures = read_class(self.out)
        all_failures |= failures
        with folder.writing(self.out, self._run):
            ordered = named(self._course, [reports[name] for name in sorted(reports)])
            write_class(ordered, dict(sorted(all_failures.items())), self.out, counted, what_went_wrong(ordered))
            for report in ordered:
                self._tell_learner(report, counted.get(report.submission))
        return len(reports), len(all_failures)

    def _tell_learner(self, report: Report, counted: Counted | None) -> None:
        """Have a learner's pages say what counts, where that is not what was graded last, and what staff call a
        mistake."""
        file, said = self.out / report.submission / COUNTED, ""
        if counted and counted.notes:
            said = "\n".join([f"What counts: {points(counted.points)} of {points(counted.most)}.", *counted.notes])
        renamed = write_named(file.parent, report.named)
        if said == counted_text(file.parent) and not renamed:
            return
        if said:
            write_atomic(file, f"{said}\n")
        else:
            file.unlink(missing_ok=True)
        render_report(file.with_name(RECORD), file.parent, self._course.feedback)

    def _tell_where(self, book: Gradebook) -> None:
        place = self.out / ELSEWHERE
        if self._where is None:
            return
        if not place.exists() or place.read_text(encoding="utf-8").strip() != book.name:
            write_atomic(place, f"{book.name}\n")


def has_book(out: Path) -> bool:
    """Whether the folder is a class's that has a gradebook, here or elsewhere."""
    return (out / FILE).is_file() or (out / ELSEWHERE).is_file()


def open_book(out: Path, where: str | None) -> Gradebook:
    """The gradebook at `where`, or that of the class in the folder. Raises GradebookError."""
    if where is None and (out / ELSEWHERE).is_file():
        said = (out / ELSEWHERE).read_text(encoding="utf-8").strip()
        raise GradebookError(f"the gradebook of {out} is {said}: say so with --gradebook.")
    return Gradebook(where if where is not None else out / FILE)


def counted_in(out: Path, course: Course) -> dict[str, Counted]:
    """What counts for each of a class, by the gradebook in its folder. Raises GradebookError."""
    with open_book(out, None) as book:
        return _counted(book, course)


def _counted(book: Gradebook, course: Course) -> dict[str, Counted]:
    return {one.name: _counted_of(one) for one in book.standings(course.attempts)}


def _counted_of(standing: Standing) -> Counted:
    steps = {id: step.points for id, step in standing.steps.items()}
    return Counted(standing.points, standing.most, steps, standing.notes)


def _reports(out: Path) -> list[Path]:
    return sorted(out.glob(f"*/{RECORD}"))


def _bring_in(out: Path, book: Gradebook) -> None:
    known = book.digests()
    for file in _reports(out):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        if digest in known:
            continue
        try:
            report = load_report(file).model_copy(update={"submission": file.parent.name})
        except (ReportError, OSError):
            continue  # the class's files say so
        record = kept.read_record(file.parent.name, out)
        book.add(report, record if record and record.report == digest else None)
