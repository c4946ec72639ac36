"""What the engine's tests share: a tiny course in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from tests.engine.tiny_course import write_tiny_course

Changes = Mapping[str, str | bytes | None]


@pytest.fixture
def write_course(tmp_path: Path) -> Callable[..., Path]:
    """Writes the tiny course, with files changed (or left out: None), and returns its root."""

    def write(changes: Changes | None = None) -> Path:
        return write_tiny_course(tmp_path / "course", changes)

    return write


@pytest.fixture
def tiny_root(write_course: Callable[..., Path]) -> Path:
    return write_course()


@pytest.fixture
def tiny_course(tiny_root: Path) -> Course:
    return load_course(tiny_root)
