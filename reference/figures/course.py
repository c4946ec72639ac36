"""The figure of the course's README: a learner's report, as a browser shows it."""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from autograder.course import load_course
from autograder.upkeep import write_samples
from reference.figures.browser import screenshot

ROOT = Path(__file__).parents[2]
SAMPLE, STEP, SEED = "emeka", "00", "1"


def report() -> Image.Image:
    """What one of the sample class gets back for the first step."""
    with tempfile.TemporaryDirectory() as folder:
        write_samples(load_course(ROOT), Path(folder) / "class")
        given = next((Path(folder) / "class").glob(f"{SAMPLE}*"))
        grade = ["grade", str(given), "-o", f"{folder}/reports", "--steps", STEP, "--seed", SEED]
        done = subprocess.run(
            [sys.executable, "-m", "autograder.cli", *grade], cwd=ROOT, capture_output=True, text=True
        )
        page = Path(folder) / "reports" / SAMPLE / "report.html"
        if not page.is_file():
            raise RuntimeError(f"the sample was not graded: {done.stderr[-500:]}")
        return screenshot(page.read_text(encoding="utf-8"), 1000, 1150)
