"""This course as a site, from the staff's checkout and from a release: the same pages, sound, and no answer in them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.release import leaks, release
from autograder.site import broken, build_site
from tests.engine.tools import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("staff") / "site"
    assert build_site(load_course(ROOT), out) == []
    return out


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_release_makes_the_same_pages(site: Path, tmp_path: Path) -> None:
    release(load_course(ROOT), tmp_path / "course")
    assert build_site(load_course(tmp_path / "course"), tmp_path / "site") == []
    ours, theirs = files(site), files(tmp_path / "site")
    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_every_link_leads_somewhere_and_nothing_comes_from_another_host(site: Path) -> None:
    assert broken(site) == []


def test_no_answer_is_in_it(site: Path) -> None:
    assert leaks(load_course(ROOT), site) == []


def test_every_step_has_a_lesson_with_a_set_formula_or_none_in_its_source(site: Path) -> None:
    for step in load_course(ROOT).steps:
        source = (ROOT / "exercises" / step.folder / "README.md").read_text()
        page = (site / "exercises" / step.folder / "index.html").read_text()
        assert page.count("<math ") == source.count("$$") // 2 and "$$" not in page


def test_a_new_course_has_its_site(tmp_path: Path) -> None:
    def lmi(*arguments: str, where: Path) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "autograder.cli", *arguments],
            cwd=where, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    lmi("new", "course", str(tmp_path / "linear"), "--title", "Linear algebra by doing", where=tmp_path)
    lmi("site", "-o", str(tmp_path / "site"), "--staff", where=tmp_path / "linear")
    assert "Linear algebra by doing" in (tmp_path / "site" / "index.html").read_text()
