"""Right work and many hidden inputs: `python tests/benchmarks/draws.py STEP … [--draws N] [--first SEED] [-k WORDS]`.

Each submission meets hidden inputs of its own, so a test that refuses right work once in a thousand draws costs
somebody in a class of a thousand their points. This runs the hidden tests of these steps on the solutions, in this
process, with N seeds (100 unless said), and prints each test that refused them: how often, by which seeds, and what it
said. Exit status 1 when one did.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import pytest
import pytest_jsonreport.plugin

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from autograder.course import Course, Step, load_course  # noqa: E402
from autograder.grading.one import _Named, quiet_pytest  # noqa: E402
from autograder.learner import InProcess  # noqa: E402
from autograder.testing.plugin import Grading  # noqa: E402


def refusals(course: Course, step: Step, seed: int, arguments: list[str]) -> dict[str, str]:
    """The hidden tests that do not pass with this seed, and what each said."""
    report, solutions = pytest_jsonreport.plugin.JSONReport(), InProcess("reference")
    grading = Grading(course, lambda _: solutions, seed)
    folder = course.tests_from_root(step, "hidden")
    status, printed = quiet_pytest(course.root, [folder, *arguments], [report, _Named(grading)])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit(f"the tests could not be run (pytest's exit status {int(status)}):\n{printed[-2000:]}")
    said = {test["nodeid"]: test.get("metadata", {}) for test in report.report["tests"] if test["outcome"] != "passed"}
    return {name: str(told.get("message", "")) for name, told in said.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("steps", nargs="+")
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("-k", default="", help="of the tests, those that pytest's -k chooses")
    asked = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    course, refused = load_course(ROOT), False
    for step in map(course.step, asked.steps):
        started, found = time.monotonic(), dict[str, list[tuple[int, str]]]()
        for seed in range(asked.first, asked.first + asked.draws):
            for name, said in refusals(course, step, seed, ["-k", asked.k] if asked.k else []).items():
                found.setdefault(name, []).append((seed, said))
        print(
            f"step {step.id}: {asked.draws} draws in {time.monotonic() - started:.0f} s, refused by {len(found)} tests"
        )
        for name, times in sorted(found.items()):
            seeds = ", ".join(str(seed) for seed, _ in times[:10])
            print(f"  {name}: {len(times)} of {asked.draws} (seeds {seeds}): {times[0][1]}", flush=True)
        refused |= bool(found)
    return refused


if __name__ == "__main__":
    sys.exit(main())
