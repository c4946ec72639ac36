"""The Otter-Grader plugin of our bundles: the course's own grader does the work, in its sandbox.

Otter runs a notebook and its tests in one process, where a submission can change both. So before Otter runs anything,
the submission is taken away from it and graded as `lmi grade` does it; what Otter then runs is an empty notebook and
test files that tell the verdicts.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from otter.plugins import AbstractOtterPlugin
from otter.run.run_autograder.utils import OtterRuntimeError

from autograder.export.otter import COURSE
from autograder.release import VERDICTS

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
EMPTY = json.dumps({"cells": [], "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5})
STAFF = "The grader itself failed, so there are no points. This is not your fault: please tell course staff."


class Plugin(AbstractOtterPlugin):  # type: ignore[misc]
    """What Otter calls; the working folder is that of the submission, in which Otter has put its own files, too."""

    def before_grading(self, config: Any) -> None:
        """Grade the submission, leave its verdicts where it was, and of itself nothing.

        Raises OtterRuntimeError, which Otter puts into its results, when the grader fails.
        """
        here, notebook = Path.cwd(), Path(self.submission_path)
        source = here.parent / "source"
        with tempfile.TemporaryDirectory(prefix="lmi-otter-") as place:
            handed_in, verdicts = Path(place) / "submission", Path(place) / "verdicts.json"
            _take_away(here, handed_in, ours={"tests", *os.listdir(source / "files")})
            _grade(source / "files" / COURSE, handed_in, verdicts)
            found = json.loads(verdicts.read_text(encoding="utf-8"))
        self._overview = str(found["overview"])
        self._show_hidden = bool(found["show_hidden"])
        config.show_hidden = config.show_all_public = self._show_hidden
        config.force_public_test_summary = False  # it would say the same again
        (here / VERDICTS).write_text(json.dumps(found["exercises"]), encoding="utf-8")
        notebook.write_text(EMPTY, encoding="utf-8")

    def before_execution(self, submission: Any) -> Any:
        """What Otter runs in the submission's place."""
        return nbformat.reads(EMPTY, as_version=4)

    def after_grading(self, results: Any) -> None:
        """Otter shows hidden tests after grades are published, and public ones at once: by then none is hidden."""
        results.set_output(self._overview)
        if self._show_hidden:
            for file in results.results.values():
                for case in (*file.test_cases, *(result.test_case for result in file.test_case_results)):
                    case.hidden = False

    def generate_report(self) -> str:
        return self._overview


def _take_away(here: Path, handed_in: Path, ours: set[str]) -> None:
    """Move what was handed in out of the folder in which Otter's kernel will run, and leave only the test files."""
    handed_in.mkdir()
    for path in list(here.iterdir()):
        if path.name not in ours:
            shutil.move(path, handed_in / path.name)
        elif path.is_symlink() or path.is_file():
            path.unlink()
        elif path.name != "tests":
            shutil.rmtree(path)
    if (made := handed_in / "__init__.py").is_file() and not made.stat().st_size:
        made.unlink()  # Otter makes one


def _grade(course: Path, handed_in: Path, verdicts: Path) -> None:
    """In a process of its own, with the bundle's engine."""
    command = [sys.executable, "-m", "autograder.export.otter_grade", str(handed_in), str(verdicts)]
    done = subprocess.run(command, cwd=course, env={**os.environ, "PYTHONPATH": str(course)}, stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        raise OtterRuntimeError(STAFF)
