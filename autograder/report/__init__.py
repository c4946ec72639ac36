"""The Report and its renderings: JSON, HTML, Markdown, Gradescope, CSV.

`schema` is the model, `write` puts every rendering where it belongs.
"""

from autograder.report.schema import (
    EngineInfo,
    EnvironmentInfo,
    ExerciseResult,
    Report,
    ReportError,
    SandboxInfo,
    StepResult,
    TestResult,
    load_report,
    to_json,
)
from autograder.report.text import clean_text

__all__ = [
    "EngineInfo",
    "EnvironmentInfo",
    "ExerciseResult",
    "Report",
    "ReportError",
    "SandboxInfo",
    "StepResult",
    "TestResult",
    "clean_text",
    "load_report",
    "to_json",
]
