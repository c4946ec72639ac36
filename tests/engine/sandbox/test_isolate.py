"""How a guest shuts itself in, tried in a process that does it alone."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox.backends import bwrap_problem
from tests.engine.tools import ROOT

SHUT_IN = """
import sys
from pathlib import Path
from autograder.sandbox import isolate
private, lying_there = map(Path, sys.argv[1:])
isolate.enter_namespaces(str(private), 8)
print(lying_there.read_text())
for folder in (Path("/tmp"), private, Path("/dev/shm")):
    (folder / private.name).write_text("new")
print((private / private.name).read_text(), len(list(Path("/dev/shm").iterdir())))
"""


@pytest.mark.skipif(bwrap_problem() is not None, reason=str(bwrap_problem()))
def test_tmp_can_be_written_and_what_lies_there_is_still_there() -> None:
    """Python itself may: in an environment that somebody made below /tmp."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as private, tempfile.NamedTemporaryFile("w", dir="/tmp") as there:
        there.write("here")
        there.flush()
        for path in (private, there.name):
            Path(path).chmod(0o755)
        run = [sys.executable, "-c", SHUT_IN, private, there.name]
        done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
        assert (done.stdout, done.returncode) == ("here\nnew 1\n", 0), done.stderr
        assert not any(Path(folder, Path(private).name).exists() for folder in ("/tmp", private, "/dev/shm"))
