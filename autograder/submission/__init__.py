"""From what was handed in to the modules that are graded, and a learner's packing of it.

In comes a folder, an archive or a notebook; out goes a `Submission`, its modules as bytes with a digest and warnings,
or a `SubmissionError` that its author can act on. What was handed in is read with limits, and never run, imported,
unpickled, followed or unpacked to disk.
"""

from __future__ import annotations

from autograder.submission.banks import (
    BANKS,
    BankError,
    BankFile,
    defined,
    mistaken,
    read_bank,
    replaced,
    solutions,
    stubs,
    submission,
)
from autograder.submission.cells import code_cells
from autograder.submission.classes import Class, Found, find_class, find_submissions, submission_name
from autograder.submission.entries import SubmissionError
from autograder.submission.given import OTTER_TESTS
from autograder.submission.handed import stem_of
from autograder.submission.kernel import slice_cells, source_cells
from autograder.submission.mutations import Mutation, functions_of, mutations
from autograder.submission.pack import SubmitError, pack_submission
from autograder.submission.parts import LESSON
from autograder.submission.read import Submission, read_submission
from autograder.submission.written import coding_of, source_text, untouched, written

__all__ = [
    "BANKS",
    "BankError",
    "BankFile",
    "Class",
    "Found",
    "LESSON",
    "Mutation",
    "OTTER_TESTS",
    "Submission",
    "SubmissionError",
    "SubmitError",
    "code_cells",
    "coding_of",
    "defined",
    "find_class",
    "find_submissions",
    "functions_of",
    "pack_submission",
    "mistaken",
    "mutations",
    "read_bank",
    "read_submission",
    "replaced",
    "solutions",
    "source_text",
    "stem_of",
    "slice_cells",
    "source_cells",
    "stubs",
    "submission",
    "submission_name",
    "untouched",
    "written",
]
