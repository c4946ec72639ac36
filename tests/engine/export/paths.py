"""The sample class on every path to a grade: what each gives for each exercise.

python -m tests.engine.export.paths 00,03     prints a table of points; a path that differs from `lmi grade` is marked
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.course import Course, Step, load_course
from autograder.export import gradescope, otter
from autograder.export.classroom import classroom_result, encoded
from autograder.grading.worker import Job, grade_one
from autograder.report.schema import load_report
from autograder.submission.read import read_submission
from autograder.upkeep.samples import write_samples
from tests.engine.export.otter_tools import ROOT, hand_in, otter_run
from tests.engine.tools import BACKEND

SALT = "pepper"  # of LMI_SALT, so that every path draws the same hidden inputs
Scores = dict[str, float]  # exercise id → points


class Paths:
    """The course's bundles for some steps, and the ways through them."""

    def __init__(self, course: Course, steps: Sequence[Step], place: Path):
        self.course, self.steps, self.place = course, steps, place
        for step in steps:
            otter.build(course, step, place / f"step{step.id}.zip", BACKEND)
        gradescope.build(course, place / "gradescope.zip", list(steps), "visible", BACKEND)

    def all(self, submission: Path) -> dict[str, Scores]:
        """Path → what it gives."""
        graded = self._lmi_grade(submission)
        return {
            "lmi grade": graded,
            "classroom": self._classroom(submission),
            "gradescope": self._gradescope(submission),
            "otter": self._otter(submission),
        }

    def _lmi_grade(self, submission: Path) -> Scores:
        job = Job(self.course.root, self._reports, tuple(step.id for step in self.steps), BACKEND, 1, SALT)
        outcome = grade_one(submission.stem, submission, job)
        assert outcome.graded, outcome.problem
        report = load_report(self._reports / submission.stem / "report.json")
        return {exercise.id: exercise.score for exercise in report.exercises}

    @property
    def _reports(self) -> Path:
        return self.place / "reports"

    def _classroom(self, submission: Path) -> Scores:
        """What `lmi export classroom report.json` hands to the official reporter."""
        report = load_report(self._reports / submission.stem / "report.json")
        results = [json.loads(base64.b64decode(encoded(classroom_result(step)))) for step in report.steps]
        return {test["name"].split()[0]: test["score"] for result in results for test in result["tests"]}

    def _gradescope(self, submission: Path) -> Scores:
        with tempfile.TemporaryDirectory(dir=self.place) as folder:
            root = Path(folder)
            for name in ("submission", "results"):
                (root / name).mkdir()
            with zipfile.ZipFile(self.place / "gradescope.zip") as archive:
                archive.extractall(root / "source")
            if submission.is_dir():
                shutil.copytree(submission, root / "submission", dirs_exist_ok=True)
            else:
                with zipfile.ZipFile(submission) as archive:  # as Gradescope does with an uploaded zip
                    archive.extractall(root / "submission")
            settings = {"LMI_AUTOGRADER": str(root), "LMI_PYTHON": sys.executable, "OMP_NUM_THREADS": "1"}
            subprocess.run(["bash", root / "source/run_autograder"], env=os.environ | settings, cwd=root, check=False)
            result = json.loads((root / "results/results.json").read_text())
        return {test["number"]: test["score"] for test in result["tests"]}

    def _otter(self, submission: Path) -> Scores:
        scores: Scores = {}
        files = read_submission(submission, self.course).files
        for step in self.steps:
            modules = {name.split("/", 1)[1]: text for name, text in files.items() if name.startswith(step.folder)}
            modules["lesson.ipynb"] = (self.course.exercises_folder(step) / "lesson.ipynb").read_bytes()
            handed_in = hand_in(self.place / "in" / f"{submission.stem}-{step.id}.zip", modules)
            ran = otter_run(handed_in, self.place / f"step{step.id}.zip", self.place / "out" / handed_in.stem)
            assert ran.status == 0, ran.printed
            scores |= ran.scores
        return scores


def differences(found: dict[str, Scores]) -> dict[str, dict[str, float]]:
    """Path → exercises that it gives other points for than `lmi grade`."""
    want = found["lmi grade"]
    return {
        path: {id: got.get(id, -1.0) for id in want if abs(got.get(id, -1.0) - want[id]) > 1e-6}
        for path, got in found.items()
        if got != want
    }


def table(course: Course, steps: Sequence[Step]) -> Iterator[str]:
    """A Markdown table of the sample class's points on every path."""
    yield "| submission | lmi grade | classroom | gradescope | otter | |\n|---|---:|---:|---:|---:|---|"
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths(course, steps, Path(folder))
        samples = write_samples(course, Path(folder) / "class")
        for sample in samples:
            found = paths.all(Path(folder) / "class" / (f"{sample.name}.zip" if sample.as_zip else sample.name))
            points = " | ".join(f"{sum(scores.values()):g}" for scores in found.values())
            wrong = {path: ids for path, ids in differences(found).items() if ids}
            yield f"| {sample.name} | {points} | {f'DIFFERS: {wrong}' if wrong else 'equal'} |"


if __name__ == "__main__":
    os.environ["LMI_SALT"] = SALT
    this = load_course(ROOT)
    for line in table(this, this.steps_named(sys.argv[1] if len(sys.argv) > 1 else None)):
        print(line, flush=True)
