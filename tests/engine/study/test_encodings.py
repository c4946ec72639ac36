"""A module in another encoding than UTF-8 that says so is read as Python reads it, by every command."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course import load_course
from autograder.grading.one import grade
from autograder.study import check, show_progress
from autograder.submission import pack_submission, read_submission
from tests.engine.tiny_course import SOLUTION, edited
from tests.engine.tools import SUMS, own_modules

BY = edited(SOLUTION, ("    return x + x", '    return x * len("é€" if "€" else "")'))
SAVED = {
    "latin-1": "# -*- coding: latin-1 -*-\n" + BY.replace("€", "ü").lstrip(),
    "cp1252": "# Mine.\n# vim: set fileencoding=cp1252 :\n" + BY.lstrip(),
    "utf-8-sig": BY.lstrip(),
    "utf-16-be": None,  # which Python cannot read
}


@pytest.fixture
def root(write_course: Callable[..., Path], request: pytest.FixtureRequest) -> Path:
    text = SAVED[request.param] or BY
    return write_course({str(SUMS): text.encode(request.param)})


READABLE = pytest.mark.parametrize("root", [name for name, text in SAVED.items() if text], indirect=True)


@READABLE
def test_check_progress_and_submit_read_it_and_it_is_graded(
    root: Path, tiny_sandbox: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course, out = load_course(root), tmp_path / "submission.zip"
    with own_modules():
        assert check(course, "00") == 0
    with own_modules():
        assert show_progress(course) == 0
    assert "2 of 2" in capsys.readouterr().out.replace("2/2", "2 of 2")
    packed = pack_submission(course, ["00"], out)
    assert packed.not_started == [] and packed.warnings == []
    assert zipfile.ZipFile(out).read(str(SUMS)) == (root / SUMS).read_bytes()
    for handed_in in (out, root / "exercises"):
        submission = read_submission(handed_in, course)
        with own_modules():
            report = grade(submission, course, tiny_sandbox, course.steps, "salt")
        assert report.score == report.max_score and report.warnings == []


@pytest.mark.parametrize("root", ["utf-16-be"], indirect=True)
def test_what_python_cannot_read_fails_at_home_and_is_told_before_it_is_handed_in(root: Path, tmp_path: Path) -> None:
    course = load_course(root)
    with own_modules():
        assert check(course, "00") != 0
    warnings = pack_submission(course, ["00"], tmp_path / "submission.zip").warnings
    assert any("nothing in that module can be graded" in warning for warning in warnings)
