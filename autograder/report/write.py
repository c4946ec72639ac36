"""Every rendering, written where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from autograder.course import Feedback
from autograder.files import write_atomic, write_together
from autograder.report.feedback import EVERYTHING, for_learner, today
from autograder.report.gradescope import render_gradescope
from autograder.report.html import STAFF_PAGE, render_html, render_index, render_staff_html
from autograder.report.markdown import render_markdown
from autograder.report.named import read_named, with_names
from autograder.report.schema import Report, rechecked, to_json
from autograder.report.table import Counted, render_csv
from autograder.report.text import clean_text
from autograder.report.wrong import WentWrong

RECORD = "report.json"
PAGE = "report.html"
INDEX = "index.html"
COUNTED = "counted.txt"  # what counts for a submission, where that is not what its report says
NOT_GRADED = "not_graded.txt"  # why a submission has no report, or no new one
FOR_STAFF: dict[str, Callable[[Report], str]] = {RECORD: to_json, STAFF_PAGE: render_staff_html}
FOR_LEARNERS: dict[str, Callable[[Report], str]] = {
    PAGE: render_html,
    "report.md": render_markdown,
    "results.json": render_gradescope,
}
WRITTEN = (*FOR_STAFF, *FOR_LEARNERS)


def write_reports(
    report: Report,
    folder: Path,
    feedback: Feedback = EVERYTHING,
    day: date | None = None,
    beside: Callable[[str], Mapping[Path, str]] = lambda record: {},
) -> list[Path]:
    """Write the staff's and the learner's renderings of a report into `folder`; return their paths.

    The learner's show of hidden tests what `feedback` says for `day` (today in UTC). All are rendered before the first
    is written, so that a bad report leaves the old files together. report.json takes its place last: who finds the new
    one finds the others, and the files that `beside` has for its text. A reason why there was none goes.
    """
    report = rechecked(report).model_copy(update={"counted": counted_text(folder), "named": read_named(folder)})
    texts = _rendered(report, FOR_STAFF) | learner_texts(report, feedback, day or today())
    record = texts.pop(RECORD)
    write_together({**in_folder(folder, texts), **beside(record), folder / RECORD: record})
    (folder / NOT_GRADED).unlink(missing_ok=True)
    return [folder / name for name in (*texts, RECORD)]


def counted_text(folder: Path) -> str:
    """What counts for the submission of this folder, in lines; "" where that is what its report says."""
    try:
        return clean_text((folder / COUNTED).read_text(encoding="utf-8")).strip()
    except OSError:
        return ""


def learner_texts(report: Report, feedback: Feedback, day: date) -> dict[str, str]:
    """The files that are handed back, name → text, as the learner may see them on this day."""
    return _rendered(for_learner(with_names(report), feedback, day), FOR_LEARNERS)


def write_class(
    reports: Sequence[Report],
    failures: Mapping[str, str],
    folder: Path,
    counted: Mapping[str, Counted] | None = None,
    wrong: Sequence[WentWrong] = (),
) -> list[Path]:
    """Write grades.csv and index.html of a class; `failures` maps an ungraded submission to the reason."""
    index = render_index(reports, failures, wrong, counted)
    contents = in_folder(folder, {"grades.csv": render_csv(reports, failures, counted), INDEX: index})
    write_together(contents)
    return list(contents)


def write_class_page(
    reports: Sequence[Report],
    failures: Mapping[str, str],
    folder: Path,
    counted: Mapping[str, Counted],
    wrong: Sequence[WentWrong],
) -> None:
    """Write index.html of a class again; nobody's points have changed."""
    write_atomic(folder / INDEX, render_index(reports, failures, wrong, counted))


def _rendered(report: Report, renderings: Mapping[str, Callable[[Report], str]]) -> dict[str, str]:
    return {name: render(report) for name, render in renderings.items()}


def in_folder(folder: Path, texts: Mapping[str, str]) -> dict[Path, str]:
    return {folder / name: text for name, text in texts.items()}
