"""`lmi export gradescope`: the zip that Gradescope makes an autograder of.

https://gradescope-autograders.readthedocs.io/en/latest/specs/ says what is in one and where it is unpacked.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import autograder
from autograder.batch import SaltError, read_salt
from autograder.course import Course, Step, audit_course
from autograder.release import files_below
from autograder.report.gradescope import GradescopeVisibility
from autograder.sandbox.backends import BACKENDS

SETTINGS = "gradescope.json"
SCRIPTS = Path(__file__).parent / "scripts"
FOLDERS = ("exercises", "reference", "tests/public", "tests/hidden", "grading_configs")
FILES = ("pyproject.toml", "constraints.txt", "LICENSE", "tests/conftest.py")
STAFF_NEEDS = ("psutil",)  # of the packages that only staff have, what grading one submission takes
LARGEST = 100 * 2**20  # what Gradescope takes
FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # the same course gives the same zip


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


class ExportError(Exception):
    """The zip cannot be built; the message says why."""


def build(course: Course, out: Path, steps: list[Step], hidden_tests: str | None, sandbox: str) -> int:
    """Write the zip, whole or not at all, readable by its owner only; its size in bytes."""
    _refuse(course, hidden_tests, sandbox)
    settings: dict[str, object] = {
        "steps": [step.id for step in steps], "hidden_tests": hidden_tests, "sandbox": sandbox,
        "salt": read_salt(course.root),  # as `lmi grade` here: the same hidden inputs
    }  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.tmp")
    try:
        descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
        with os.fdopen(descriptor, "w+b") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in sorted(_contents(course, settings)):
                _add(archive, name, content)
        if (size := draft.stat().st_size) > LARGEST:
            raise ExportError(f"the zip would have {size / 2**20:.0f} MB, and Gradescope takes {LARGEST // 2**20}")
        os.replace(draft, out)
    finally:
        draft.unlink(missing_ok=True)
    return size


def _refuse(course: Course, hidden_tests: str | None, sandbox: str) -> None:
    if not course.has_solutions:
        raise ExportError(f"{course.root} is a release, without hidden tests: export in the staff's checkout")
    if hidden_tests not in (None, *get_args(GradescopeVisibility)):
        raise ExportError(f"--hidden-tests is {hidden_tests!r}: choose {', '.join(get_args(GradescopeVisibility))}")
    if sandbox not in ("auto", *BACKENDS):
        raise ExportError(f"--sandbox is {sandbox!r}: choose auto, {', '.join(BACKENDS)}")
    if problems := audit_course(course):
        raise ExportError("\n".join(map(str, problems)))


def _contents(course: Course, settings: dict[str, object]) -> Iterator[tuple[str, bytes]]:
    yield SETTINGS, (json.dumps(settings, indent=1) + "\n").encode()
    yield "requirements.txt", "".join(f"{line}\n" for line in requirements(course)).encode()
    for script in SCRIPTS.iterdir():
        yield script.name, script.read_bytes()
    for name in FILES:
        if (course.root / name).is_file():
            yield name, (course.root / name).read_bytes()
    for name in FOLDERS:
        yield from ((f"{name}/{inner}", file.read_bytes()) for inner, file in files_below(course.root / name))
    engine = Path(autograder.__file__).parent
    yield from ((f"autograder/{inner}", file.read_bytes()) for inner, file in files_below(engine))


def requirements(course: Course) -> list[str]:
    """What grading needs of the packages that the course's pyproject.toml names."""
    project = tomllib.loads((course.root / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
    staff = project.get("optional-dependencies", {}).get("staff", [])
    wanted = [line for line in staff if re.split(r"[^\w-]", line)[0].lower() in STAFF_NEEDS]
    return [*project.get("dependencies", []), *wanted]


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, FIRST_DATE)
    executable = name in ("run_autograder", "setup.sh")
    entry.external_attr = (0o100755 if executable else 0o100644) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
