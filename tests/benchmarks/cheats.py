"""Which tests pass functions without an idea: `python tests/benchmarks/cheats.py [STEP…]`.

Every cheat of the bank (`autograder.upkeep.forms.CHEATS`) stands in for all exercises of a step, in the batches of a
self-check; printed are the tests that pass, with the cheat. A test of an error, or of what a function must not do, may.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from autograder.course import load_course
from autograder.grading.one import grade
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
                            fooled[f"{test.visibility:6} {exercise.id} {test.id.split('::')[-1]}"].append(form)
            for test, forms in sorted(fooled.items()):
                print(f"{test:<110} {', '.join(forms)}", flush=True)


if __name__ == "__main__":
    main()
