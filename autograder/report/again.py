"""`lmi report`: what is handed back, rendered again from report.json by what learners may see now."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

from autograder.course import Feedback, HiddenTests
from autograder.files import write_together
from autograder.report.feedback import today
from autograder.report.find import find_reports
from autograder.report.html import STAFF_PAGE, render_staff_html
from autograder.report.named import read_named
from autograder.report.schema import Report, ReportError, load_report
from autograder.report.write import PAGE, counted_text, in_folder, learner_texts
from autograder.words import could_not

PNG = re.compile(r"data:image/png;base64,[A-Za-z0-9+/]+={0,2}")


def render_again(paths: Sequence[Path], out: Path | None, feedback: Feedback, hidden_tests: str | None) -> int:
    """Render every report at `paths`; 0, 1 when some could not be rendered, 2 when nothing could be begun.

    Beside report.json, staff.html too; in `out`, a folder for each, what is for learners and nothing else.
    `hidden_tests` stands above `feedback`.
    """
    if hidden_tests is not None:
        if hidden_tests not in get_args(HiddenTests):
            return could_not(f"--hidden-tests is {hidden_tests!r}: choose {', '.join(get_args(HiddenTests))}")
        feedback = Feedback.model_validate({"hidden_tests": hidden_tests})
    try:
        found = find_reports(paths)
    except (ReportError, OSError) as error:
        return could_not(str(error))
    targets = {file: out / folder if out else file.parent for file, folder in found}
    if twice := [str(folder) for folder, count in Counter(targets.values()).items() if count > 1]:
        return could_not(f"more than one report would be written to {', '.join(sorted(twice))}: render them apart")
    failed = 0
    for file, folder in targets.items():
        try:
            render_report(file, folder, feedback)
        except (ReportError, OSError) as error:
            failed += 1
            print(error, file=sys.stderr)
    where = f" to {out}" if out else ""
    print(f"{len(targets) - failed} of {len(targets)} reports rendered{where}: {_told(feedback)}.")
    return 1 if failed else 0


def handed_back(file: Path, feedback: Feedback) -> dict[str, str]:
    """Name → text of what is for the learner whose report.json this is, as it may be seen today. Raises ReportError."""
    return learner_texts(load_with_pictures(file), feedback, today())


def load_with_pictures(file: Path) -> Report:
    """The report of a report.json, with what lies beside it: pictures, names of mistakes, what counts in the end.

    Raises ReportError.
    """
    report = load_report(file)
    _put_pictures(report, file.with_name(PAGE))
    report.counted = counted_text(file.parent)
    report.named = read_named(file.parent)
    return report


def render_report(file: Path, folder: Path, feedback: Feedback) -> None:
    """Render a report.json for its learner, by what may be seen today; beside it for staff, too."""
    report = load_with_pictures(file)
    texts = learner_texts(report, feedback, today())
    if folder == file.parent:
        texts[STAFF_PAGE] = render_staff_html(report)
    write_together(in_folder(folder, texts))


def _told(feedback: Feedback) -> str:
    seen = feedback.seen(today())
    return f"learners see {'the names and outcomes' if seen == 'names' else seen} of hidden tests"


# ---------------------------------------------------------------- pictures, which report.json does not hold


def _put_pictures(report: Report, page: Path) -> None:
    """Give exercises the pictures that the page has of them; none where there is no page."""
    if not page.exists():
        return
    pictures = _Pictures(page.read_text(encoding="utf-8", errors="replace")).found
    for exercise in report.exercises:
        exercise.picture = pictures.get(exercise.id)


class _Pictures(HTMLParser):
    """The pictures in a report.html, by exercise: each lies within the exercise's <details>."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._exercise: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "details":
            self._exercise = given.get("id")
        elif tag == "img" and self._exercise and PNG.fullmatch(given.get("src") or ""):
            self.found[self._exercise] = str(given["src"])
