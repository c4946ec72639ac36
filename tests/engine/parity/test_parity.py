"""The same verdict at home and in every sandbox, for right solutions that do what code does in ordinary life."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.sandbox.backends import bwrap_problem
from tests.engine.parity.bank import CHANGES, FAST, SOLUTIONS
from tests.engine.parity.places import Statuses, outcomes
from tests.engine.sandbox.container import no_container
from tests.engine.tiny_course import write_tiny_course

# As SECURITY.md says: with Landlock `tempfile` has a folder of its own, and /tmp itself is closed; no sockets.
CLOSED = {"user": {"a file in /tmp", "a manager"}}
RIGHT: Statuses = {"00.double": "passed", "00.total": "passed"}


def found(where: str, names: list[str], root: Path) -> dict[str, Statuses]:
    """How the solutions of these names end in a place, those that do not pass."""
    if where == "bwrap" and (problem := bwrap_problem()):
        pytest.skip(problem)
    write_tiny_course(root, CHANGES)
    if where == "user":
        root.chmod(0o700)
        if problem := no_container():
            pytest.skip(problem)
    tried = [name for name in names if name not in CLOSED.get(where, ())]
    return {name: status for name, status in outcomes(where, root, tried).items() if status != RIGHT}


@pytest.mark.parametrize("where", ["home", pytest.param("bwrap", marks=pytest.mark.slow)])
def test_one_of_each_kind_passes(where: str, tmp_path: Path) -> None:
    assert found(where, list(FAST), tmp_path / "course") == {}


@pytest.mark.slow
@pytest.mark.parametrize("where", ["home", "kernel", "bwrap", "process", "user"])
def test_every_solution_passes(where: str, tmp_path: Path) -> None:
    assert found(where, list(SOLUTIONS), tmp_path / "course") == {}
