"""What the engine's tests share: a tiny course in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.course import Course, load_course
from autograder.upkeep import Share
from tests.engine.tiny_course import write_tiny_course

if TYPE_CHECKING:
    from autograder.sandbox.host import Sandbox


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--share", help='of the long tests only a share, such as "1/2": two runs make all')


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not (asked := config.getoption("--share")):
        return
    share = Share.parse(asked)
    left = [item for item in items if item.get_closest_marker("slow") and not share.holds(item.nodeid)]
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)


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


@pytest.fixture(scope="session")
def tiny_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox with the tiny course's kit, isolated where this machine can: any tiny course can be graded in it."""
    from autograder.sandbox.backends import bwrap_problem
    from autograder.sandbox.host import Sandbox

    root = write_tiny_course(tmp_path_factory.mktemp("kit"))
    with Sandbox("process" if bwrap_problem() else "bwrap", root, root / "exercises" / "kit") as sandbox:
        yield sandbox
