"""Live experiments on the site: their pages as they are, and the data that each makes from what the course ships."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.course import Course
from autograder.study import LIVE, LiveError, write_data


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


def write_live(course: Course, out: Path, data: bool) -> None:
    """Copies the experiments to the site `out`; with `data`, each one's data.py writes its files beside its page."""
    source = course.root / LIVE
    if not source.is_dir():
        return
    shutil.copytree(source, out / LIVE, ignore=shutil.ignore_patterns("*.py", "__pycache__", ".*"), dirs_exist_ok=True)
    for page in (out / LIVE).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(re.sub(r'(href="[^":?#]*/)README\.md', r"\1index.html", text), encoding="utf-8")
    for file in sorted(source.glob("*/data.py")) if data else []:
        write_data(course, file, out / LIVE / file.parent.name)
