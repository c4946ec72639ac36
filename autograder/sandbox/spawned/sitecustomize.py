"""Run by every Python that a submission starts, before anything else: such a process is made ordinary, too.

joblib's workers ask psutil for their size, which /proc does not tell in a guest; they do without it where it is not
installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3]))
from autograder.sandbox import ordinary

ordinary.settle()
if "joblib.externals.loky.backend.popen_loky_posix" in sys.orig_argv:
    try:
        Path("/proc/self/stat").read_text()
    except OSError:
        sys.modules["psutil"] = None  # type: ignore[assignment]
