"""From what was handed in to the modules that are graded, and a learner's packing of it.

In comes a folder, a zip or a notebook; out goes a `Submission`, its modules as bytes with a digest and warnings, or a
`SubmissionError` that its author can act on. What was handed in is read with limits, and never run, imported,
unpickled, followed or unpacked to disk.
"""

from __future__ import annotations

from autograder.submission.cells import code_cells
from autograder.submission.given import OTTER_TESTS
from autograder.submission.kernel import slice_cells, source_cells
from autograder.submission.pack import SubmitError, pack_submission
from autograder.submission.parts import LESSON
from autograder.submission.read import Submission, SubmissionError, find_submissions, read_submission, submission_name
from autograder.submission.written import written

__all__ = [
    "LESSON",
    "OTTER_TESTS",
    "Submission",
    "SubmissionError",
    "SubmitError",
    "code_cells",
    "find_submissions",
    "pack_submission",
    "read_submission",
    "slice_cells",
    "source_cells",
    "submission_name",
    "written",
]
