"""What learners get: stubs, lessons, the kit, public tests and this engine, and nothing that gives answers away.

In comes a course with solutions; out goes a folder that works alone, searched for answers (`leaks`) before it is
there. Nothing of `reference/`, hidden tests or checkpoints of theirs may pass.
"""

from __future__ import annotations

from autograder.release.colab import colab_address
from autograder.release.leaks import leaks
from autograder.release.otter_tests import ANY_CASE, VERDICTS, CollectionError, case_key, graders_files
from autograder.release.packages import constraints, package_name
from autograder.release.write import ReleaseError, files_below, learners_readme, release

__all__ = [
    "ANY_CASE",
    "CollectionError",
    "ReleaseError",
    "VERDICTS",
    "case_key",
    "colab_address",
    "constraints",
    "files_below",
    "graders_files",
    "leaks",
    "learners_readme",
    "package_name",
    "release",
]
