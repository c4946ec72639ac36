"""What a notebook's cells put out never counts against the size of what is handed in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.submission import parts
from autograder.submission.outputs import without_outputs
from autograder.submission.read import read_submission
from tests.engine.submission.handing_in import SUMS, TOTAL, write_tree

PICTURE = {"output_type": "display_data", "data": {"image/png": 'a"]}\\' * 1000}, "metadata": {}}
CODE = {"cell_type": "code", "source": TOTAL, "outputs": [PICTURE], "metadata": {"outputs": "mine"}}


def lesson(*cells: dict[str, object], **more: object) -> bytes:
    return json.dumps({"nbformat": 4, "cells": cells, **more}, indent=1).encode()


@pytest.mark.parametrize("path", ["exercises/step00_sums/lesson.ipynb", "lesson.ipynb"])
def test_notebook_of_many_pictures_is_graded(
    tiny_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(parts, "MAX_NOTEBOOK", 2_000)
    files = read_submission(write_tree(tmp_path / "ada", {path: lesson(CODE)}), tiny_course).files
    assert b"from the notebook" in files[SUMS]


def test_all_but_outputs_stays() -> None:
    left = json.loads(without_outputs(lesson(CODE, {"cell_type": "markdown", "source": '"outputs": [1]'})))
    expected = json.loads(lesson({**CODE, "outputs": []}, {"cell_type": "markdown", "source": '"outputs": [1]'}))
    assert left == expected


def test_pictures_in_text_and_widgets_are_left_out() -> None:
    text = {"cell_type": "markdown", "source": "x", "attachments": {"a.png": {"image/png": "a" * 9}}}
    left = json.loads(without_outputs(lesson(text, metadata={"widgets": {"state": {"a": 1}}})))
    assert (left["cells"][0]["attachments"], left["metadata"]["widgets"]) == ({}, {})


@pytest.mark.parametrize(
    "data", [b'"' * 2 + b'"', b'{"a": "' + b'\\"' * 50_000, b"[" * 50_000, b"]" * 9, b"", b'{"cells": [{"outputs": [']
)
def test_what_is_no_notebook_stays_as_it_is(data: bytes) -> None:
    assert without_outputs(data) == data


def test_notebook_that_is_large_without_its_outputs_is_told(
    tiny_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MAX_NOTEBOOK", 2_000)
    large = {"cell_type": "markdown", "source": "a" * 3_000}
    tree = {SUMS: "x = 1\n", "step00_sums/lesson.ipynb": lesson(CODE, large)}
    [warning] = read_submission(write_tree(tmp_path / "ada", tree), tiny_course).warnings
    assert warning == "a notebook is not graded: step00_sums/lesson.ipynb holds 0 MB besides its outputs"


def test_notebook_of_format_3_is_graded(tiny_course: Course, tmp_path: Path) -> None:
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": [TOTAL], "outputs": [PICTURE]}]}]}
    (tmp_path / "ada.ipynb").write_text(json.dumps(old))
    assert b"from the notebook" in read_submission(tmp_path / "ada.ipynb", tiny_course).files[SUMS]
