"""Live experiments on the site: their pages as they are, and the data that each makes from what the course ships."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.course import Course

FOLDER = "exercises/live"
WRITE = """
import runpy, sys
from pathlib import Path
data, root, out = sys.argv[1:]
sys.path.insert(0, root)
runpy.run_path(data)["write"](Path(root), Path(out))
"""


class LiveError(Exception):
    """An experiment's description or data cannot be had."""


class Experiment(BaseModel):
    """A folder of `exercises/live`, as its live.toml says it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    folder: str
    title: str
    sentence: str = ""
    exercise: str | None = None
    tries: tuple[str, ...] = Field(default=(), alias="try")


def experiments(course: Course) -> list[Experiment]:
    """The experiments that a course has, by folder. Raises LiveError when one is not described."""
    found = []
    for file in sorted((course.root / FOLDER).glob("*/live.toml")):
        try:
            said = tomllib.loads(file.read_text(encoding="utf-8"))
            found.append(Experiment.model_validate({**said, "folder": file.parent.name}))
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise LiveError(f"{file}: {error}") from None
    return found


def write_live(course: Course, out: Path, data: bool) -> None:
    """Copies the experiments to the site `out`; with `data`, each one's data.py writes its files beside its page."""
    source = course.root / FOLDER
    if not source.is_dir():
        return
    shutil.copytree(
        source, out / FOLDER, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".*"), dirs_exist_ok=True
    )
    for page in (out / FOLDER).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(re.sub(r'(href="[^":?#]*/)README\.md', r"\1index.html", text), encoding="utf-8")
    for file in sorted(source.glob("*/data.py")) if data else []:
        _write_data(course, file, out / FOLDER / file.parent.name)


def _write_data(course: Course, file: Path, out: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-c", WRITE, str(file), str(course.root), str(out)]
    done = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise LiveError(f"{file} stopped:\n{done.stderr.strip()}")
