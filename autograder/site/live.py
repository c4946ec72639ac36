"""Live experiments on the site: their pages as they are, and the data that each makes from what the course ships."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.course import Course, Exercise
from autograder.site.tasks import label
from autograder.study import LIVE, LiveError, write_data

# What `lmi live` shows first; a site has its own page of them.
_LISTED = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><title>Live experiments</title><meta http-equiv="refresh" content="0; url=../live.html">
</head>
<body><p><a href="../live.html">Live experiments</a></p></body>
</html>
"""


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
    for file in sorted((course.root / LIVE).glob("*/live.toml")):
        try:
            said = tomllib.loads(file.read_text(encoding="utf-8"))
            found.append(Experiment.model_validate({**said, "folder": file.parent.name}))
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise LiveError(f"{file}: {error}") from None
    return found


def illuminated(course: Course, experiment: Experiment) -> tuple[Exercise, str] | None:
    """The exercise that an experiment shows at work, and its place on the site below `exercises`; None without one."""
    for step in course.steps:
        for exercise in step.exercises:
            if exercise.id == experiment.exercise:
                return exercise, f"{step.folder}/exercises.html#{label(exercise)}"
    return None


def write_live(course: Course, out: Path, data: bool) -> None:
    """Copies the experiments to the site `out`; with `data`, each one's data.py writes its files beside its page."""
    source = course.root / LIVE
    if not source.is_dir():
        return
    shutil.copytree(source, out / LIVE, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".*"), dirs_exist_ok=True)
    shown = {one.folder: found[1] for one in experiments(course) if (found := illuminated(course, one))}
    for page in (out / LIVE).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if place := shown.get(page.parent.name):
            text = re.sub(r'href="[^":?#]*/README\.md"(?=>\s*exercise <)', f'href="../../{place}"', text)
        page.write_text(re.sub(r'(href="[^":?#]*/)README\.md', r"\1index.html", text), encoding="utf-8")
    (out / LIVE / "index.html").write_text(_LISTED, encoding="utf-8")
    for file in sorted(source.glob("*/data.py")) if data else []:
        write_data(course, file, out / LIVE / file.parent.name)
