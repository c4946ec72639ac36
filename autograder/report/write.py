"""Every rendering, written where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from autograder.files import write_atomic
from autograder.report.gradescope import render_gradescope
from autograder.report.html import PAGE, render_html, render_index
from autograder.report.markdown import render_markdown
from autograder.report.schema import Report, rechecked, to_json
from autograder.report.table import render_csv

RENDERINGS: dict[str, Callable[[Report], str]] = {
    "report.json": to_json,
    PAGE: render_html,
    "report.md": render_markdown,
    "results.json": render_gradescope,
}


def write_reports(report: Report, folder: Path) -> list[Path]:
    """Write report.json, report.html, report.md and results.json into `folder`; return their paths.

    All are rendered before the first is written, so that a bad report leaves the old files together.
    """
    report = rechecked(report)
    texts = {folder / name: render(report) for name, render in RENDERINGS.items()}
    return _write_all(texts)


def write_class(reports: Sequence[Report], failures: Mapping[str, str], folder: Path) -> list[Path]:
    """Write grades.csv and index.html of a class; `failures` maps an ungraded submission to the reason."""
    reports = [rechecked(report) for report in reports]
    texts = {
        folder / "grades.csv": render_csv(reports, failures),
        folder / "index.html": render_index(reports, failures),
    }
    return _write_all(texts)


def _write_all(texts: Mapping[Path, str]) -> list[Path]:
    for path, text in texts.items():
        write_atomic(path, text)
    return list(texts)
