"""The annotations that learners read in the stubs hold: the solutions pass the public tests under a runtime checker.

Stubs are generated from the solutions, so their signatures are the same. What tests want refused is left out: the
checker refuses it first, in words of its own.
"""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from autograder.course import load_course
from tests.engine.tools import ROOT

CHECKED = """
import sys
from jaxtyping import install_import_hook
hook = install_import_hook("reference", "beartype.beartype")
import pytest
from tests.engine.this_course.test_annotations import NothingRefused
folder = sys.argv[1]
sys.exit(pytest.main(["-q", "--no-progress", "--learner-package=reference", "--tb=short", "-n0", folder],
                     plugins=[NothingRefused()]))
"""


class NothingRefused:
    """A pytest plugin that leaves out the tests of errors."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if "expect_error(" not in inspect.getsource(item.function)]  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize("step", [step.id for step in load_course(ROOT).steps])
def test_solutions_pass_with_their_annotations_checked(step: str) -> None:
    pytest.importorskip("beartype")
    folder = f"tests/public/step{step}"
    done = subprocess.run([sys.executable, "-c", CHECKED, folder], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:]
    assert " passed" in done.stdout
