"""The folder of a class: in it a folder for each submission, with its reports or the reason why it has none.

Grading into the same folder again adds to the class, and replaces the submissions of the same names. Whoever deletes a
submission's folder leaves it out of the class.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from autograder.files import write_atomic
from autograder.report.schema import Report, ReportError, load_report
from autograder.report.write import NOT_GRADED, RECORD


def read_class(folder: Path) -> tuple[dict[str, Report], dict[str, str]]:
    """Name of a submission's folder → its report, and → why it could not be graded, or its report not be read.

    A name may be in both: where grading again failed, the earlier report stays. Pictures are not read.
    """
    reports: dict[str, Report] = {}
    failures: dict[str, str] = {}
    for place in sorted(folder.iterdir()):
        try:
            if (place / RECORD).exists():
                reports[place.name] = load_report(place / RECORD).model_copy(update={"submission": place.name})
            if (place / NOT_GRADED).exists():
                failures[place.name] = (place / NOT_GRADED).read_text(encoding="utf-8", errors="replace").strip()
        except (ReportError, OSError) as error:
            failures[place.name] = f"its earlier report cannot be read: {error}"
    return reports, failures


def keep_failure(reason: str, place: Path) -> str:
    """Keep in the submission's folder why it could not be graded now; the reason, and what counts instead."""
    if (place / RECORD).exists():
        reason += " (The report in its folder stays, and counts.)"
    with suppress(OSError):  # whoever grades is told of it all the same
        write_atomic(place / NOT_GRADED, f"{reason}\n")
    return reason
