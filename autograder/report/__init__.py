"""The Report and its renderings: JSON, HTML, Markdown, Gradescope, CSV.

In comes what grading found, as a `Report`; out go texts, and files for a learner, for staff and for a class. `schema`
is the model, `write` puts every rendering where it belongs. A rendering reads the report and nothing else, and
learners' files pass through `for_learner`, which takes out what they may not see.
"""

from __future__ import annotations

from autograder.report.again import handed_back, load_with_pictures, render_again, render_report
from autograder.report.class_folder import InShort, keep_failure, read_class
from autograder.report.feedback import for_learner, today
from autograder.report.find import find_reports
from autograder.report.gradescope import GradescopeVisibility, gradescope_results, overview
from autograder.report.markdown import render_markdown, render_progress
from autograder.report.named import named_sentence, write_named
from autograder.report.schema import (
    EngineInfo,
    EnvironmentInfo,
    ExerciseResult,
    KnownMistake,
    Report,
    ReportError,
    SandboxInfo,
    StepResult,
    TestResult,
    load_report,
    to_json,
)
from autograder.report.table import Cell, Counted, write_table
from autograder.report.text import badge, clean_text, one_line, points
from autograder.report.write import (
    COUNTED,
    INDEX,
    NOT_GRADED,
    PAGE,
    RECORD,
    WRITTEN,
    counted_text,
    write_class,
    write_class_page,
    write_reports,
)
from autograder.report.wrong import Slip, WentWrong

__all__ = [
    "COUNTED",
    "Cell",
    "Counted",
    "EngineInfo",
    "EnvironmentInfo",
    "ExerciseResult",
    "GradescopeVisibility",
    "INDEX",
    "InShort",
    "NOT_GRADED",
    "KnownMistake",
    "PAGE",
    "RECORD",
    "Report",
    "ReportError",
    "SandboxInfo",
    "Slip",
    "StepResult",
    "TestResult",
    "WRITTEN",
    "WentWrong",
    "badge",
    "clean_text",
    "counted_text",
    "find_reports",
    "for_learner",
    "gradescope_results",
    "handed_back",
    "keep_failure",
    "load_report",
    "load_with_pictures",
    "named_sentence",
    "one_line",
    "overview",
    "points",
    "read_class",
    "render_again",
    "render_markdown",
    "render_progress",
    "render_report",
    "to_json",
    "today",
    "write_class",
    "write_class_page",
    "write_named",
    "write_reports",
    "write_table",
]
