"""A small mixed class, graded twice: `python tests/benchmarks/soak.py` does it with thousands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.sandbox.backends import bwrap_problem
from tests.engine.grading.mixed_class import SHARES, mixed_class
from tests.engine.tools import ROOT


def test_any_part_of_a_mixed_class_is_like_the_whole() -> None:
    members = mixed_class(load_course(ROOT), 3 * sum(SHARES.values()))
    for start in range(0, len(members), sum(SHARES.values())):
        part = [one.id.partition("-")[0] for one in members[start : start + sum(SHARES.values())]]
        assert {kind: part.count(kind) for kind in SHARES} == SHARES
    assert len({one.id for one in members}) == len(members)


@pytest.mark.slow
@pytest.mark.skipif(bwrap_problem() is not None, reason=str(bwrap_problem()))
def test_a_mixed_class_comes_out_as_it_must_in_any_order_and_leaves_nothing(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "tests/benchmarks/soak.py",
        "12",
        "--sizes",
        "none",
        "--plot",
        str(tmp_path / "soak.svg"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("| yes |") == 5 and (tmp_path / "soak.svg").read_text().startswith("<?xml")
