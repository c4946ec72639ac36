"""What a learner hands in, read without running, unpickling or unpacking anything: a folder, a zip or a notebook."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Course
from autograder.submission.classes import find_submissions, submission_name
from autograder.submission.entries import SubmissionError
from autograder.submission.handed import handed_in
from autograder.submission.modules import make_modules
from autograder.submission.parts import read_parts
from autograder.submission.pieces import read_pieces
from autograder.submission.places import zip_within

__all__ = ["Submission", "SubmissionError", "find_submissions", "read_submission", "submission_name"]


@dataclass(frozen=True)
class Submission:
    """The modules handed in, `step00_x/module.py` → its bytes, and what to tell about the rest."""

    name: str
    files: dict[str, bytes]
    digest: str
    warnings: list[str] = field(default_factory=list)


def read_submission(given: Path | Sequence[Path], course: Course) -> Submission:
    """The submission at a path, or of a learner's lone files.

    It is a folder shaped like `exercises/` (whole or part, or above it), an archive of one, a notebook that defines the
    functions, or a step's modules as they are. Where there are modules, a notebook in the step's folder gives what is
    not written in them. Where there are none, one archive in it is opened (but none in that one), and a notebook beside
    that gives what it leaves out.

    Raises SubmissionError, saying why, when nothing in it can be graded or reading it would be unsafe.
    """
    paths = [Path(given)] if isinstance(given, str | Path) else list(given)
    with handed_in(paths, course) as entries:
        parts = read_parts(zip_within(entries, course), course)
    pieces = read_pieces(parts, course)
    files, warnings = make_modules(pieces, course)
    return Submission(submission_name(paths[0]), files, _digest(files), warnings)


def _digest(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        for part in (name.encode(), content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
