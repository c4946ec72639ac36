"""Hostile submissions and honest ones in one class: the honest ones get what they get alone.

All of the bank: `python tests/benchmarks/hostile.py`.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.course import load_course
from autograder.sandbox.backends import bwrap_problem
from autograder.submission import BankFile, read_bank
from tests.engine.grading.hostile_class import graded
from tests.engine.sandbox.container import in_container, no_container
from tests.engine.tools import ROOT

pytestmark = pytest.mark.slow


def two_of_each_family() -> list[BankFile]:
    """The first and the last of each."""
    families: dict[str | None, list[BankFile]] = {}
    for entry in read_bank(load_course(ROOT), "hostile"):
        families.setdefault(entry.family, []).append(entry)
    return [entry for family in families.values() for entry in dict.fromkeys([family[0], family[-1]])]


@pytest.mark.skipif(bwrap_problem() is not None, reason=str(bwrap_problem()))
def test_no_honest_neighbours_points_move(tmp_path):
    found = graded(tmp_path, "bwrap", two_of_each_family())
    assert [row.entry.path.stem for row in found.rows if row.scored != 0 or not row.told] == []
    assert len(found.among) >= 3
    for name, points in found.among.items():
        assert points and points == found.alone[name.rpartition("-")[0]], name


def test_no_honest_neighbours_points_move_where_each_is_a_user():
    """In an imitated container; the script says of each attack what is wrong, and by its exit status whether any is."""
    if problem := no_container():
        pytest.skip(problem)
    names = [entry.path.stem for entry in two_of_each_family()]
    script = [sys.executable, "tests/benchmarks/hostile.py", "--sandbox", "user", *names]
    done = subprocess.run(in_container(*script), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert "moved: none" in done.stdout
