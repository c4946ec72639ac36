"""What the bundles for other platforms share: which files of a course are in one, its zip, and what it needs."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import autograder
from autograder.course import Course, audit_course
from autograder.export.errors import ExportError
from autograder.files import write_atomic
from autograder.release import constraints, files_below, package_name
from autograder.sandbox import BACKENDS

FOLDERS = ("exercises", "reference", "tests/public", "tests/hidden", "grading_configs")
FILES = ("pyproject.toml", "constraints.txt", "LICENSE", "tests/conftest.py")
STAFF_NEEDS = ("psutil",)  # of the packages that only staff have, what grading one submission takes
EXECUTABLE = ("run_autograder", "setup.sh")
LARGEST = 100 * 2**20  # bytes that Gradescope takes
FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # the same course gives the same zip


def refuse(course: Course, sandbox: str) -> None:
    """Raises ExportError when nothing sound can be built from the course, or there is no such sandbox."""
    if not course.has_solutions:
        raise ExportError(f"{course.root} is a release, without hidden tests: export in the staff's checkout")
    if sandbox not in ("auto", *BACKENDS):
        raise ExportError(f"--sandbox is {sandbox!r}: choose auto, {', '.join(BACKENDS)}")
    if problems := audit_course(course):
        raise ExportError("\n".join(map(str, problems)))


def course_files(course: Course) -> Iterator[tuple[str, bytes]]:
    """Path below the course's root → content, of all that grading takes, the engine included."""
    for name in FILES:
        if (course.root / name).is_file():
            yield name, (course.root / name).read_bytes()
    for name in FOLDERS:
        yield from ((f"{name}/{inner}", file.read_bytes()) for inner, file in files_below(course.root / name))
    engine = Path(autograder.__file__).parent
    yield from ((f"autograder/{inner}", file.read_bytes()) for inner, file in files_below(engine))


def requirements(course: Course, pinned: bool = False) -> list[str]:
    """What grading needs of the packages that the course's pyproject.toml names; `pinned` as in constraints.txt."""
    project = tomllib.loads((course.root / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
    staff = project.get("optional-dependencies", {}).get("staff", [])
    wanted = [*project.get("dependencies", []), *(line for line in staff if package_name(line) in STAFF_NEEDS)]
    versions = constraints(course) if pinned else {}
    return [versions.get(package_name(line), line) for line in wanted]


def write_zip(out: Path, contents: Iterable[tuple[str, bytes]]) -> int:
    """Write a zip whole or not at all, readable by its owner only, the same for the same contents; its size in bytes.

    Raises ExportError when it would be larger than Gradescope takes.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(contents):
            _add(archive, name, content)
    if (size := packed.tell()) > LARGEST:
        raise ExportError(f"the zip would have {size / 2**20:.0f} MB, and platforms take {LARGEST // 2**20}")
    write_atomic(out, packed.getvalue(), mode=0o600)
    return size


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, FIRST_DATE)
    entry.external_attr = (0o100755 if name in EXECUTABLE else 0o100644) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
