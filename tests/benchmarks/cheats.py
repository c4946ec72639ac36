"""Which tests pass functions without an idea: `python tests/benchmarks/cheats.py [STEP…]`.

Every cheat of the bank (`autograder.upkeep.forms.CHEATS`) stands in for all exercises of a step, in the batches of a
self-check; printed are the tests that pass, with the cheat, and before them the exercises that a single test guards.

A test that passes gives nothing by itself: an exercise, or a part of one, has its points when all tests of it pass, so
a test of an error, of a shape, or of what a function must not do may pass a cheat. POINTS is what must not be printed.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from autograder.course import load_course
from autograder.grading.one import grade
from autograder.report.schema import TestResult
from autograder.sandbox import Sandbox
from autograder.sandbox.backends import bwrap_problem
from autograder.submission import solutions, submission
from autograder.upkeep.forms import CHEATS, form_cases

ROOT = Path(__file__).parents[2]


def main() -> None:
    course = load_course(ROOT)
    asked = sys.argv[1:]
    with Sandbox("process" if bwrap_problem() else "bwrap", ROOT, course.kit) as sandbox:
        for step in course.steps:
            if asked and step.id not in asked:
                continue
            handed_in = submission("reference", solutions(course, step))
            solved = grade(handed_in, course, sandbox, [step], "salt", pictures=False)
            fooled: dict[str, list[str]] = defaultdict(list)
            guarded: dict[str, list[str]] = defaultdict(list)
            for case in form_cases(course, step, solved):
                form = case.name.removeprefix("cheat ").rpartition(", ")[0]
                if form not in CHEATS:
                    continue
                report = grade(case.submission, course, sandbox, [step], "salt", only=case.only, pictures=False)
                for exercise in report.exercises:
                    if exercise.score:
                        print(f"POINTS {exercise.id} gets {exercise.score:g} for {form}")
                    for test in exercise.tests:
                        if test.outcome == "passed":
                            fooled[f"{test.visibility:6} {exercise.id} {_name(test)}"].append(form)
                    guards = [test for test in exercise.tests if test.outcome != "passed"]
                    if len(guards) == 1:
                        guarded[f"{guards[0].visibility:6} {exercise.id} {_name(guards[0])}"].append(form)
            for test, forms in sorted(guarded.items()):
                print(f"ALONE {test:<104} {', '.join(forms)}", flush=True)
            for test, forms in sorted(fooled.items()):
                print(f"{test:<110} {', '.join(forms)}", flush=True)


def _name(test: TestResult) -> str:
    return test.id.split("::")[-1]


if __name__ == "__main__":
    main()
