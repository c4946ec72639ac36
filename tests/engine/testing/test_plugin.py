"""What a learner's `pytest` does: quiet where nothing is begun, plain where something is wrong, the same every time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine import tools
from tests.engine.testing.run import Ran, run_pytest
from tests.engine.tiny_course import PUBLIC_TESTS, SOLUTION, STEP_TOML, STUB, edited
from tests.engine.tools import DOUBLE, DOUBLE_STUB, SUMS, TOTAL, TOTAL_STUB

Write = Callable[..., Path]
PUBLIC, HIDDEN, MANIFEST = "tests/public/step00/test_sums.py", "tests/hidden/step00/test_sums.py", "step00.toml"

SEEDED = """
import random
import numpy, torch
from autograder import exercise

@exercise("00.double")
def test_one(draw): print("one", draw.normal(2).tolist(), torch.rand(1).item(), numpy.random.rand(), random.random())

@exercise("00.double")
def test_two(draw, learner):
    print("two", draw.seed(), torch.rand(1).item(), learner.sums.numbers())
"""
NUMBERS = """
import random
import numpy, torch
def numbers(): return random.random(), numpy.random.rand(), torch.rand(1).item()
"""


def ran(write: Write, solution: str, *arguments: str, **changes: str) -> Ran:
    return run_pytest(write({SUMS: solution}), *arguments)


@pytest.fixture
def untouched(tiny_root: Path) -> Ran:
    return run_pytest(tiny_root)


def test_the_untouched_course_is_not_red_in_a_process_of_its_own(write_course: Write) -> None:
    options = '\n[tool.pytest.ini_options]\naddopts = "-p autograder.testing.plugin --import-mode=importlib"\n'
    project = f'[project]\nname = "tiny"\nversion = "1.0"\n{options}pythonpath = ["."]\ntestpaths = ["tests/public"]\n'
    root = write_course({"pyproject.toml": project, "autograder/__init__.py": None})
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "LMI"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q"], cwd=root, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 not started" in done.stdout and "failed" not in done.stdout


def test_the_untouched_course_has_nothing_red(untouched: Ran) -> None:
    assert untouched.status == 0
    assert "2 not started" in untouched.out
    assert not [word for word in ("failed", "error", "FAILURES", "Traceback") if word in untouched.out]


def test_nothing_is_made_ready_for_what_is_not_started(write_course: Write) -> None:
    """A learner at the beginning does not wait for the models of the end."""
    model = "import pytest\n\n\n@pytest.fixture\ndef model(): print('a model is loaded')\n\n\n@exercise"
    tests = edited(PUBLIC_TESTS, ("learner):", "learner, model):"), ("@exercise", model))
    done = run_pytest(write_course({PUBLIC: tests}), "-s")
    assert "2 not started" in done.out and "a model is loaded" not in done.out and done.status == 0
    assert "a model is loaded" in run_pytest(write_course({PUBLIC: tests, SUMS: tools.ONLY_DOUBLE}), "-s").out


def test_the_end_shows_progress_and_what_is_next(untouched: Ran) -> None:
    end = untouched.after("progress")
    assert "step 00" in end and "0/2 exercises  Sums" in end
    assert "Next: 00.double  Twice a number  (not started;" in end
    assert "double in exercises/step00_sums/sums.py" in end and "lmi hint 00.double" in end


def test_the_next_exercise_moves_on(write_course: Write) -> None:
    assert "Next: 00.total ★" in ran(write_course, tools.ONLY_DOUBLE).after("1/2 exercises")


def test_a_solved_course_is_told_so(write_course: Write) -> None:
    done = ran(write_course, SOLUTION)
    assert done.status == 0 and "All done here." in done.after("2/2 exercises")


def test_the_progress_table_can_be_left_out(tiny_root: Path) -> None:
    assert "Next: " not in run_pytest(tiny_root, "--no-progress").out


def test_tests_run_in_the_manifests_order(write_course: Write) -> None:
    reversed_tests = 'from autograder import exercise\n@exercise("00.total")\ndef test_a(): pass\n'
    reversed_tests += '@exercise("00.double")\ndef test_z(): pass\n'
    out = run_pytest(write_course({PUBLIC: reversed_tests}), "-v").out
    assert out.index("test_z") < out.index("test_a")


def test_a_failure_fails_the_run(write_course: Write) -> None:
    done = ran(write_course, tools.WRONG_NEGATIVES.replace("abs(", "1 + abs("))
    assert done.status == 1 and "1 failed, 1 passed" in done.out


def test_a_failure_begins_with_the_claim_and_what_is_wrong(write_course: Write) -> None:
    first = ran(write_course, tools.WRONG_DOUBLE).after("FAILURES").splitlines()[1:6]
    said = [line for line in first if line.strip() and not line.startswith("___")]
    assert said[0] == "Twice three is six" and said[1].startswith("double(3): ")


def test_a_recognised_mistake_is_said_first(write_course: Write) -> None:
    said = ran(write_course, edited(SOLUTION, (DOUBLE, "return -x - x"))).after("Twice three is six\n\n")
    assert "sign" in said.splitlines()[0]


def test_what_a_learner_prints_is_shown_on_failure(write_course: Write) -> None:
    assert "seen 3" in ran(write_course, tools.WRONG_DOUBLE).after("Captured stdout call")


def test_what_a_learner_prints_is_not_shown_on_success(write_course: Write) -> None:
    assert "seen" not in ran(write_course, edited(SOLUTION, (DOUBLE, "print('seen'); return x + x"))).out


def test_an_exception_is_shown_where_it_was_raised(write_course: Write) -> None:
    done = ran(write_course, edited(SOLUTION, (DOUBLE, "return x.nothing")))
    assert "return x.nothing" in done.out and "AttributeError" in done.out


def test_an_exercise_whose_prerequisite_fails_is_blocked(write_course: Write) -> None:
    done = ran(write_course, tools.BOTH_WRONG, "-rs")
    assert "1 failed, 1 blocked" in done.out
    assert "Next: 00.double" in done.out


def test_an_exercise_that_passes_is_not_blocked_by_its_prerequisite(write_course: Write) -> None:
    assert "1 failed, 1 passed" in ran(write_course, edited(SOLUTION, (DOUBLE, "return x + 1"))).out


def test_a_stub_met_in_another_exercise_blocks(write_course: Write) -> None:
    done = ran(write_course, edited(SOLUTION, (DOUBLE, DOUBLE_STUB), tools.USES_DOUBLE))
    assert "1 not started, 1 blocked" in done.out and done.status == 0


def test_a_stub_met_in_another_exercise_blocks_also_when_its_own_tests_were_not_run(write_course: Write) -> None:
    done = ran(write_course, edited(SOLUTION, (DOUBLE, DOUBLE_STUB), tools.USES_DOUBLE), "-k", "one_and_two", "-rs")
    assert "1 blocked" in done.out and "Next: 00.total" in done.out


def test_a_stub_is_not_started_even_if_its_prerequisite_fails(write_course: Write) -> None:
    wrong_and_untouched = edited(SOLUTION, (DOUBLE, "return x + 1"), (TOTAL, TOTAL_STUB))
    assert "1 failed, 1 not started" in ran(write_course, wrong_and_untouched).out


def test_an_exercise_is_tested_with_what_it_builds_on(tiny_root: Path) -> None:
    assert "2 not started" in run_pytest(tiny_root, "--exercise", "00.total").out


def test_an_exercise_without_prerequisites_is_tested_alone(tiny_root: Path) -> None:
    assert "1 deselected, 1 not started" in run_pytest(tiny_root, "--exercise", "double").out


def test_a_syntax_error_is_red_and_says_its_line(write_course: Write) -> None:
    done = ran(write_course, STUB + "def broken(:\n")
    assert done.status == 1 and "SyntaxError" in done.out and "def broken(:" in done.out


USAGE = [
    ('@exercise("00.trebel")\ndef test_x(): pass', "test_x names an exercise that no manifest lists: 00.trebel"),
    ('@exercise("00.total", part="odd")\ndef test_x(): pass', "test_x names a part that 00.total does not have: odd"),
    ("def test_x(learner): pass", "test_x uses learner but is tied to no exercise"),
    ("def test_x(draw, checkpoints): pass", "test_x uses checkpoints, draw but is tied to no exercise"),
    ("@pytest.mark.exercise\ndef test_x(): pass", "test_x is marked with no exercise's id"),
]


@pytest.mark.parametrize(("test", "said"), USAGE)
def test_a_mistake_in_a_tests_mark_is_a_usage_error_that_names_it(write_course: Write, test: str, said: str) -> None:
    done = run_pytest(write_course({PUBLIC: f"import pytest\nfrom autograder import exercise\n{test}\n"}))
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert said in done.out


def test_a_mistake_in_a_manifest_is_a_usage_error(write_course: Write) -> None:
    broken = edited(STEP_TOML, ("points = 4", "pionts = 4"))
    done = run_pytest(write_course({f"grading_configs/{MANIFEST}": broken}))
    assert done.status == pytest.ExitCode.USAGE_ERROR and "pionts" in done.out


def test_an_unknown_exercise_to_test_is_a_usage_error(tiny_root: Path) -> None:
    done = run_pytest(tiny_root, "--exercise", "doubel")
    assert done.status == pytest.ExitCode.USAGE_ERROR and "did you mean 'double'?" in done.out


def test_a_seed_that_is_no_number_is_a_usage_error(tiny_root: Path) -> None:
    done = run_pytest(tiny_root, environment={"LMI_SEED": "seven"})
    assert done.status == pytest.ExitCode.USAGE_ERROR and "LMI_SEED is 'seven'" in done.out


def numbers(out: str) -> dict[str, str]:
    """What each of the seeded tests printed, without pytest's letters around it."""
    found = {}
    for line in out.splitlines():
        for name in ("one", "two"):
            if f"{name} " in line and line.rstrip(".").endswith((")", *"0123456789")):
                found[name] = line[line.index(f"{name} ") :].rstrip(".")
    return found


@pytest.fixture
def seeded(write_course: Write) -> Path:
    return write_course({PUBLIC: SEEDED, SUMS: NUMBERS})


@pytest.fixture
def both(seeded: Path) -> dict[str, str]:
    return numbers(run_pytest(seeded, "-s", "-q", "--no-progress").out)


def test_a_test_draws_the_same_whatever_else_runs(seeded: Path, both: dict[str, str]) -> None:
    alone = numbers(run_pytest(seeded, "-s", "-q", "--no-progress", "-k", "two").out)
    assert set(both) == {"one", "two"} and alone == {"two": both["two"]}


def test_a_test_draws_the_same_in_another_order(write_course: Write, both: dict[str, str]) -> None:
    first, one, two = SEEDED.split("@exercise")
    root = write_course({PUBLIC: "@exercise".join([first, two, one]), SUMS: NUMBERS})
    assert numbers(run_pytest(root, "-s", "-q", "--no-progress").out) == both


def test_the_seed_can_be_chosen(seeded: Path, both: dict[str, str]) -> None:
    other = numbers(run_pytest(seeded, "-s", "-q", "--no-progress", environment={"LMI_SEED": "7"}).out)
    assert not [name for name in both if other[name] == both[name]]


def test_an_empty_seed_is_the_usual_one(seeded: Path, both: dict[str, str]) -> None:
    assert numbers(run_pytest(seeded, "-s", "-q", "--no-progress", environment={"LMI_SEED": ""}).out) == both


def test_authors_can_test_the_reference(tiny_root: Path) -> None:
    assert "2 passed" in run_pytest(tiny_root, "--learner-package", "reference").out


def test_staff_can_run_hidden_tests_here(tiny_root: Path) -> None:
    done = run_pytest(tiny_root, "--learner-package", "reference", "tests/public", "tests/hidden")
    assert done.status == 0 and "5 passed" in done.out


def test_public_tests_run_before_hidden_ones(tiny_root: Path) -> None:
    out = run_pytest(tiny_root, "-v", "tests/hidden", "tests/public").out
    assert out.index("test_twice_three_is_six") < out.index("test_any_number_is_doubled")


def test_without_solutions_a_test_of_theirs_says_so(write_course: Write) -> None:
    test = 'from autograder import exercise\n@exercise("00.double")\ndef test_x(reference): pass\n'
    gone = {name: None for name in ("reference/step00_sums/__init__.py", "reference/step00_sums/sums.py")}
    gone |= {"reference/checkpoints/step00.json": None, HIDDEN: None}
    done = run_pytest(write_course({PUBLIC: test, SUMS: tools.ONLY_DOUBLE, **gone}))
    assert done.status == 1 and "not part of this copy of the course" in done.out


def test_tests_without_a_mark_run_as_ever(write_course: Write) -> None:
    root = write_course({PUBLIC: PUBLIC_TESTS + "\n\ndef test_of_my_own():\n    assert 1 + 1 == 2\n"})
    assert "1 passed" in run_pytest(root).out
