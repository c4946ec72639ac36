"""The course that grading_configs/AUTHORING.md makes, step by step as the page says."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.course import load_course
from autograder.new.make import new_course
from autograder.upkeep import write_stubs
from tests.engine.tools import ROOT

PAGE = ROOT / "grading_configs" / "AUTHORING.md"
TITLE, STEP = "Linear algebra by doing", "step00_projections"

_FILE = re.compile(r"`([\w./]+)`:\n\n```(?:python|toml|json)\n(.*?)```", re.DOTALL)


def shown_files() -> dict[str, str]:
    """Path → text of the files that the page shows."""
    return dict(_FILE.findall(PAGE.read_text(encoding="utf-8")))


def write_course(place: Path) -> None:
    """The scaffold with the page's exercises in the place of its example."""
    new_course(place, TITLE, "Projections")
    for example in place.glob("*/**/means.py"):
        example.unlink()
    for example in [*place.glob("tests/*/step00/test_means.py"), *place.glob("tests/banks/step00/*/*.py")]:
        example.unlink()
    for name, text in shown_files().items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for name in ("README.md", "lesson.ipynb"):
        lesson = place / "exercises" / STEP / name
        lesson.write_text(lesson.read_text().replace("weighted_mean", "project").replace("means", "lines"))
    write_stubs(load_course(place))
