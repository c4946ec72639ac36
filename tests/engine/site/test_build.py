"""The tiny course as a site: what is on it, what may not be, and that nothing is lost when it cannot be written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course, load_course
from autograder.site import SiteError, broken, build, build_site
from autograder.site.notebooks import NotebookError, executed
from tests.engine.tiny_course import SOLUTION, write_tiny_course
from tests.engine.tools import text

LESSON = text(
    """
    # Sums

    One is $x_i$; [the notebook](lesson.ipynb), [next](../NEXT.md), `double`, ![a plot](plot.svg).

    ## Glossary

    | word | means |
    |---|---|
    | sum | what adding gives |
    """
)
NOTEBOOK: dict[str, Any] = {
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Sums\n", "\n", "[back](README.md)"]},
        {
            "cell_type": "code",
            "id": "b",
            "metadata": {},
            "source": ["double(3)"],
            "outputs": [],
            "execution_count": None,
        },
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
LIVE = (
    '<!doctype html><link rel="stylesheet" href="../common/a.css"><a href="../../step00_sums/README.md">lesson</a>'
    '<a href="../../step00_sums/README.md">exercise <span class="exercise"></span></a>'
)
NOTEBOOK_FILE = "exercises/step00_sums/lesson.ipynb"
FILES = {
    "exercises/step00_sums/README.md": LESSON,
    "exercises/step00_sums/plot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    NOTEBOOK_FILE: json.dumps(NOTEBOOK),
    "exercises/NEXT.md": "# Next\n\nMultiplication.\n",
    "exercises/live/common/a.css": "b { color: red }",
    "exercises/live/step00/index.html": LIVE,
    "exercises/live/step00/live.toml": 'title = "Add"\nexercise = "00.total"\ntry = ["Add 1 & 1."]\n',
    "exercises/live/step00/data.py": "def write(root, out):\n    (out / 'sums.json').write_text('[3]')\n",
    "grading_configs/README.md": "# For staff\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site")
    assert build_site(load_course(write_tiny_course(place / "course", FILES)), place / "out") == []
    return place / "out"


def shown(site: Path, page: str) -> str:
    return (site / page).read_text(encoding="utf-8")


def test_every_page_is_there_and_sound(site: Path) -> None:
    pages = ["index", "glossary", "exercises/index", "exercises/NEXT", "exercises/live", "exercises/live/step00/index"]
    pages += [f"exercises/step00_sums/{name}" for name in ("index", "exercises", "lesson")]
    assert [page for page in pages if not (site / f"{page}.html").is_file()] == []
    assert broken(site) == []


def test_a_lesson_is_set_with_formula_picture_and_links(site: Path) -> None:
    lesson = shown(site, "exercises/step00_sums/index.html")
    assert '<msub><mi class="letter">x</mi>' in lesson and 'href="exercises.html#exercise-00-double"' in lesson
    assert 'alt="a plot"' in lesson and 'href="../live/step00/index.html"' in lesson


def test_a_notebook_can_be_read_and_downloaded(site: Path) -> None:
    page = shown(site, "exercises/step00_sums/lesson.html")
    assert "Notebook: Sums" in page and 'href="lesson.ipynb" download' in page and "without outputs" in page
    assert json.loads(shown(site, "exercises/step00_sums/lesson.ipynb")) == NOTEBOOK


def test_an_experiment_has_its_data_and_leads_to_its_lesson(site: Path) -> None:
    assert shown(site, "exercises/live/step00/sums.json") == "[3]"
    assert 'href="../../step00_sums/index.html"' in shown(site, "exercises/live/step00/index.html")
    assert 'href="../../step00_sums/exercises.html#exercise-00-total"' in shown(
        site, "exercises/live/step00/index.html"
    )
    assert 'url=../live.html"' in shown(site, "exercises/live/index.html")  # one list of them, the site's own
    assert not (site / "exercises/live/step00/data.py").exists()
    listed = shown(site, "exercises/live.html")
    assert "Add 1 &amp; 1." in listed and 'href="step00_sums/exercises.html#exercise-00-total"' in listed


def test_what_is_the_staffs_is_not_on_it(site: Path) -> None:
    everything = "".join(path.read_text(errors="replace") for path in site.rglob("*.html"))
    assert "For staff" not in everything and "x + x" not in everything and "Add the number to itself" not in everything
    assert not (site / "grading_configs").exists()


def test_an_answer_in_a_page_stops_it_and_the_old_site_stays(
    tiny_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(course: Course, sources: Path, out: Path) -> list[str]:
        out.mkdir()
        marked = SOLUTION.replace("=", '<span class="o">=</span>').replace("return", '<span class="k">return</span>')
        (out / "index.html").write_text(f"<pre>{marked}</pre>")
        return []

    monkeypatch.setattr(build, "_sphinx", written)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".lmi-site").write_text("the old one")
    with pytest.raises(SiteError, match=r"index.html: the solution in reference/step00_sums/sums.py"):
        build_site(tiny_course, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "out"]
    assert (tmp_path / "out" / ".lmi-site").read_text() == "the old one"


def test_a_folder_with_other_things_is_left_alone(tiny_course: Course, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(SiteError, match="is not empty and not an earlier site"):
        build_site(tiny_course, tmp_path)


@pytest.mark.parametrize("inside", ["exercises/out", "tests/public/out"])
def test_a_folder_inside_the_courses_own_is_refused(tiny_course: Course, inside: str) -> None:
    with pytest.raises(SiteError, match="is inside the course's own"):
        build_site(tiny_course, tiny_course.root / inside)


def test_an_experiment_whose_data_cannot_be_had_stops_it(write_course: Callable[..., Path], tmp_path: Path) -> None:
    from autograder.site.live import write_live
    from autograder.study import LiveError

    course = load_course(write_course({**FILES, "exercises/live/step00/data.py": "raise OSError('no model')"}))
    with pytest.raises(LiveError, match="no model"):
        write_live(course, tmp_path / "out", data=True)
    write_live(course, tmp_path / "other", data=False)
    assert (tmp_path / "other/exercises/live/step00/index.html").is_file()


@pytest.mark.slow
def test_a_notebook_is_run_on_the_solutions(write_course: Callable[..., Path]) -> None:
    code = "import sys\nsys.path.insert(0, '../..')\nfrom exercises.step00_sums.sums import double\ndouble(21)"
    cell = {**NOTEBOOK["cells"][1], "source": [code], "execution_count": None}
    course = load_course(write_course({**FILES, NOTEBOOK_FILE: json.dumps({**NOTEBOOK, "cells": [cell]})}))
    [made] = executed(course, course.steps[0], course.root / NOTEBOOK_FILE)["cells"]
    assert made["source"] == code and "".join(made["outputs"][0]["data"]["text/plain"]) == "42"


@pytest.mark.slow
def test_a_notebook_that_stops_on_the_solutions_is_said(write_course: Callable[..., Path]) -> None:
    cell = {**NOTEBOOK["cells"][1], "source": ["1 / 0"], "execution_count": None}
    course = load_course(write_course({**FILES, NOTEBOOK_FILE: json.dumps({**NOTEBOOK, "cells": [cell]})}))
    with pytest.raises(NotebookError, match="ZeroDivisionError"):
        executed(course, course.steps[0], course.root / NOTEBOOK_FILE)
