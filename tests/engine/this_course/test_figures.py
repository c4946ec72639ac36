"""This course's figures: drawn, shown and small; and a picture for each moment that a step exists for."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.upkeep import Gallery, figure_problems, galleries

ROOT = Path(__file__).parents[3]
COURSE = load_course(ROOT)
MOST = 3 * 2**20  # bytes, of all figures
LONGEST_SIDE = 1250  # pixels across: twice what a page is wide, less would blur and more is not seen


@pytest.mark.parametrize("gallery", galleries(COURSE), ids=lambda gallery: gallery.name)
def test_every_figure_is_drawn_by_what_stands_there_now_and_shown(gallery: Gallery) -> None:
    assert figure_problems(COURSE, gallery) == []


def test_every_step_and_the_readme_have_figures() -> None:
    assert [gallery.step for gallery in galleries(COURSE)] == [*COURSE.steps, None]


def test_figures_are_small() -> None:
    from PIL import Image

    files = sorted((ROOT / "exercises").rglob("figures/*.webp"))
    assert 0 < sum(file.stat().st_size for file in files) < MOST
    widths = {}
    for file in files:
        with Image.open(file) as picture:
            widths[file.name] = picture.width
    assert {name: width for name, width in widths.items() if not 1000 <= width <= LONGEST_SIDE} == {}


def test_every_starred_exercise_has_a_picture_that_somebody_draws() -> None:
    lacking = []
    for step in COURSE.steps:
        module = ast.parse((ROOT / f"reference/pictures/step{step.id}.py").read_text())
        drawn = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
        lacking += [one.id for one in step.exercises if one.star and one.picture is None]
        lacking += [one.id for one in step.exercises if one.picture is not None and one.picture not in drawn]
    assert lacking == []
