"""The lessons' figures: drawn where they are missing or out of date, and shown by every section that needs one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course, load_course
from autograder.upkeep import draw_figures, figure_problems, galleries
from tests.engine.tiny_course import edited
from tests.engine.tools import own_modules

DRAWING = '''
"""Figures."""

from matplotlib.figure import Figure

from exercises.kit import numbers
from reference.step00_sums.sums import double

DATA = ["data.txt"]


def doubled() -> Figure:
    """A line."""
    return _line([double(x) for x in (1, numbers.ANSWER)])


def plain() -> Figure:
    return _line([1, 2])


def _line(values):
    figure = Figure(figsize=(1, 1))
    figure.subplots().plot(values)
    return figure
'''
LESSON = """# Sums

## Twice
What `double` does.
![A line that rises.](figures/doubled.webp)

## All together
How `total` adds.
![Another line.](figures/plain.webp)

## Read next
`total.py`, and much more.
"""
MODULE, README = "reference/figures/step00.py", "exercises/step00_sums/README.md"
FILES = {MODULE: DRAWING, README: LESSON, "data.txt": "1 2 3"}


@pytest.fixture
def drawn(write_course: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    """The tiny course with two figures, both drawn."""
    course = load_course(write_course(FILES))
    monkeypatch.syspath_prepend(str(course.root))
    with own_modules():
        assert [one.drawn for one in draw_figures(course, *galleries(course))] == [True, True]
        yield course


def problems(course: Course, **changes: tuple[str, str]) -> list[str]:
    """What is wrong after these files have something else (old, new) in them."""
    for name, swap in changes.items():
        file = course.root / {"solution": "reference/step00_sums/sums.py", "module": MODULE, "lesson": README}[name]
        file.write_text(edited(file.read_text(), swap))
    return figure_problems(course, *galleries(course))


def test_what_is_drawn_and_shown_has_no_problems_and_is_not_drawn_again(drawn: Course) -> None:
    assert problems(drawn) == []
    assert [one.drawn for one in draw_figures(drawn, *galleries(drawn))] == [False, False]


def test_a_figure_is_a_picture(drawn: Course) -> None:
    for name in ("doubled", "plain"):
        content = (drawn.root / f"exercises/step00_sums/figures/{name}.webp").read_bytes()
        assert content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def test_a_course_without_drawings_has_no_galleries(tiny_course: Course) -> None:
    assert galleries(tiny_course) == []


def test_a_changed_solution_makes_only_what_it_draws_out_of_date(drawn: Course) -> None:
    (said,) = problems(drawn, solution=("return x + x", "return x * 2"))
    assert said.startswith("exercises/step00_sums/figures/doubled.webp is out of date") and "lmi figures 00" in said
    assert [one.drawn for one in draw_figures(drawn, *galleries(drawn))] == [True, False]
    assert problems(drawn) == []


@pytest.mark.parametrize(
    "swap",
    [('"""Twice x."""', '"""Two times x."""'), ("    return x + x\n", "    # as easy as that\n\n    return x + x\n")],
    ids=["docstring", "comment"],
)
def test_words_about_the_code_are_not_the_code(drawn: Course, swap: tuple[str, str]) -> None:
    assert problems(drawn, solution=swap) == []


def test_a_function_that_a_drawing_does_not_lead_to_does_not_count(drawn: Course) -> None:
    assert problems(drawn, solution=("operator.add, numbers, 0", "operator.add, numbers, 0 + 0")) == []


def test_a_shared_helper_counts_for_all(drawn: Course) -> None:
    assert len(problems(drawn, module=("figsize=(1, 1)", "figsize=(1, 2)"))) == 2


def test_a_module_of_the_kit_counts(drawn: Course) -> None:
    (drawn.root / "exercises/kit/numbers.py").write_text("ANSWER = 43\n")
    assert ["doubled" in said for said in problems(drawn)] == [True]


def test_a_named_file_counts_for_all(drawn: Course) -> None:
    (drawn.root / "data.txt").write_text("1 2 4")
    assert len(problems(drawn)) == 2


def test_a_missing_file_is_told_twice(drawn: Course) -> None:
    (drawn.root / "exercises/step00_sums/figures/plain.webp").unlink()
    missing, shown = problems(drawn)
    assert "plain.webp is missing" in missing and shown.endswith("shows figures/plain.webp, which is not there")


def test_what_nobody_draws_is_told_and_taken_away(drawn: Course) -> None:
    stray = drawn.root / "exercises/step00_sums/figures/old.webp"
    stray.write_bytes(b"old")
    assert ["old.webp" in said for said in problems(drawn)] == [True]
    list(draw_figures(drawn, *galleries(drawn)))
    assert not stray.exists()


def test_a_figure_without_alt_text_is_told(drawn: Course) -> None:
    (said,) = problems(drawn, lesson=("![A line that rises.]", "![ ]"))
    assert "figures/doubled.webp has no alt text" in said


def test_a_figure_that_no_page_shows_is_told(drawn: Course) -> None:
    said = problems(drawn, lesson=("![A line that rises.](figures/doubled.webp)\n", ""))
    assert [line.partition(": ")[2] for line in said] == [
        "does not show doubled.webp",
        "section 'Twice' brings in double, and no section that names it has a figure",
    ]


def test_an_exercise_that_is_named_elsewhere_too_needs_one_figure(drawn: Course) -> None:
    assert problems(drawn, lesson=("# Sums\n", "# Sums\n\n## How to work\nFirst `double`, then `total`.\n")) == []


def test_a_figure_in_a_code_block_is_not_shown(drawn: Course) -> None:
    said = problems(
        drawn, lesson=("![Another line.](figures/plain.webp)", "```\n![Another line.](figures/plain.webp)\n```")
    )
    assert len(said) == 2


def test_a_drawing_that_fails_leaves_the_others_and_what_was_there(drawn: Course) -> None:
    file = drawn.root / MODULE
    file.write_text(edited(DRAWING, ("return _line([1, 2])", 'raise ValueError("no data here")')))
    before = (drawn.root / "exercises/step00_sums/figures/plain.webp").read_bytes()
    with own_modules():
        first, second = draw_figures(drawn, *galleries(drawn))
    assert (first.problem, second.problem) == (None, "ValueError: no data here")
    assert Path(second.file).read_bytes() == before
    assert ["plain.webp is out of date" in said for said in figure_problems(drawn, *galleries(drawn))] == [True]
