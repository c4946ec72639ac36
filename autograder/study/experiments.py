"""A course's live experiments: which there are, and the data that each makes from what the course ships.

An experiment is a folder of `exercises/live`: a page, and a `data.py` whose `write(root, out)` writes what the page
reads. It runs in a process of its own, for it may load whatever it likes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from autograder.course import Course

LIVE = "exercises/live"
_WRITE = """
import runpy, sys
from pathlib import Path
data, root, out = sys.argv[1:]
sys.path.insert(0, root)
runpy.run_path(data)["write"](Path(root), Path(out))
"""


class LiveError(Exception):
    """An experiment, or what is said of it, or its data, cannot be had, and why."""


def steps_with_one(course: Course) -> list[str]:
    """The steps that have a live experiment. Raises LiveError when none has."""
    pages = course.root / LIVE
    found = [step.id for step in course.steps if (pages / f"step{step.id}" / "index.html").is_file()]
    if not found:
        raise LiveError(f"{pages} has no live experiments")
    return found


def write_data(course: Course, file: Path, out: Path) -> None:
    """Have the experiment's data.py, `file`, write into the folder `out`. Raises LiveError when it stops."""
    out.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-c", _WRITE, str(file), str(course.root), str(out)]
    done = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise LiveError(f"{file} stopped:\n{done.stderr.strip()}")
