"""The sandbox “user” where it is meant for: in a container that forbids namespaces, imitated."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.engine.sandbox.container import in_container, no_container
from tests.engine.tools import ROOT

TESTS = (
    "tests/engine/sandbox/test_sandbox.py",
    "tests/engine/sandbox/test_use.py",
    "tests/engine/sandbox/test_own_user.py",
    "tests/engine/grading/test_hostile.py",
)


@pytest.mark.slow
@pytest.mark.skipif(no_container() is not None, reason=str(no_container()))
def test_what_is_claimed_of_the_sandbox_user_holds_in_a_container() -> None:
    """Its tests are skipped where users of their own may not run this Python, as in most homes."""
    command = in_container(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS, "-k", "user")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert int(done.stdout.rpartition(" passed")[0].split()[-1]) > 20
