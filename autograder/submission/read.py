"""What a learner hands in, read without running, unpickling or unpacking anything: a folder, a zip or a notebook."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Course
from autograder.submission.entries import SubmissionError, handed_in, is_junk
from autograder.submission.modules import make_modules
from autograder.submission.parts import read_parts
from autograder.submission.pieces import read_pieces
from autograder.submission.places import module_names, zip_within

__all__ = ["Submission", "SubmissionError", "find_submissions", "read_submission", "submission_name"]


@dataclass(frozen=True)
class Submission:
    """The modules handed in, `step00_x/module.py` → its bytes, and what to tell about the rest."""

    name: str
    files: dict[str, bytes]
    digest: str
    warnings: list[str] = field(default_factory=list)


def read_submission(path: Path, course: Course) -> Submission:
    """The submission at `path`: a folder shaped like `exercises/` (whole or part, or above it), a zip of one, a
    notebook that defines the functions, or a step's modules as they are. Where there are modules, a notebook in the
    step's folder gives what is not written in them. Where there are none, one zip in it is opened (but none in that
    one), and a notebook beside the zip gives what the zip leaves out.

    Raises SubmissionError, saying why, when nothing in it can be graded or reading it would be unsafe.
    """
    path = Path(path)
    with handed_in(path) as entries:
        parts = read_parts(zip_within(entries, course), course)
    pieces = read_pieces(parts, course)
    files, warnings = make_modules(pieces, course)
    return Submission(submission_name(path), files, _digest(files), warnings)


def find_submissions(path: Path, course: Course) -> list[Path]:
    """The submissions at `path`: itself if it is one, else each folder, zip and notebook in it (a class)."""
    path = Path(path)
    if not path.exists():
        raise SubmissionError(f"{path} does not exist")
    if not path.is_dir() or _is_submission(path, course):
        return [path]
    children = sorted(child for child in path.iterdir() if not is_junk((child.name,)))
    found = [child for child in children if child.is_dir() or child.suffix.lower() in (".zip", ".ipynb")]
    if not found:
        raise SubmissionError(f"{path} holds no submission: neither step folders nor folders, .zip or .ipynb")
    return found


def submission_name(path: Path) -> str:
    """A name that is safe as a folder's: `Ada Lovelace (1).zip` is `Ada_Lovelace_1`."""
    path = path.resolve()
    stem = path.name if path.is_dir() else path.stem
    return re.sub(r"[^\w.-]+", "_", stem).strip("._")[:80] or "submission"


def _is_submission(folder: Path, course: Course) -> bool:
    steps = {step.folder for step in course.steps}
    if folder.resolve().name in steps:
        return True
    if any((place / name).is_dir() for place in (folder, folder / "exercises") for name in steps):
        return True
    modules = {f"{name}.py" for step in course.steps for name in module_names(course, step)}
    return any((folder / module).is_file() for module in modules)


def _digest(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        for part in (name.encode(), content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
