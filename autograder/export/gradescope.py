"""`lmi export gradescope`: the zip that Gradescope makes an autograder of.

https://gradescope-autograders.readthedocs.io/en/latest/specs/ says what is in one and where it is unpacked.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from autograder.course import Course, Step
from autograder.export.bundle import course_files, refuse, requirements, write_zip
from autograder.export.errors import ExportError
from autograder.grading import SaltError, read_salt
from autograder.report import GradescopeVisibility

SETTINGS = "gradescope.json"
SCRIPTS = Path(__file__).parent / "scripts"


def export(course: Course, out: Path, steps: str | None, hidden_tests: str | None, sandbox: str) -> int:
    """Write the zip and say what is in it; 0, or 2 with a reason."""
    try:
        size = build(course, out, course.steps_named(steps), hidden_tests, sandbox)
    except (ExportError, SaltError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{out} ({size / 2**20:.1f} MB): upload it as the autograder of a Gradescope programming assignment.")
    print("It holds the solutions and the hidden tests: show it to nobody.")
    return 0


def build(course: Course, out: Path, steps: list[Step], hidden_tests: str | None, sandbox: str) -> int:
    """Write the zip, whole or not at all, readable by its owner only; its size in bytes."""
    if hidden_tests not in (None, *get_args(GradescopeVisibility)):
        raise ExportError(f"--hidden-tests is {hidden_tests!r}: choose {', '.join(get_args(GradescopeVisibility))}")
    refuse(course, sandbox)
    settings: dict[str, object] = {
        "steps": [step.id for step in steps], "hidden_tests": hidden_tests, "sandbox": sandbox,
        "salt": read_salt(course.root),  # as `lmi grade` here: the same hidden inputs
    }  # fmt: skip
    return write_zip(out, _contents(course, settings))


def _contents(course: Course, settings: dict[str, object]) -> Iterator[tuple[str, bytes]]:
    yield SETTINGS, (json.dumps(settings, indent=1) + "\n").encode()
    yield "requirements.txt", "".join(f"{line}\n" for line in requirements(course)).encode()
    for script in SCRIPTS.iterdir():
        yield script.name, script.read_bytes()
    yield from course_files(course)
