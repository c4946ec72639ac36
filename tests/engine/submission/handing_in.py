"""Work handed in: trees, zips and notebooks of the tiny course, written for a test."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.submission import Submission, SubmissionError, read_submission

SUMS = "step00_sums/sums.py"
SOURCE = "def double(x):\n    return 2 * x\n"
DOUBLE = "def double(x):\n    return x + x"
TOTAL = "def total(numbers):\n    return sum(numbers)"


def notebook(*cells: str, **metadata: Any) -> bytes:
    listed = [{"cell_type": "code", "source": cell, "outputs": []} for cell in cells]
    return json.dumps({"nbformat": 4, "metadata": metadata, "cells": listed}).encode()


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def write_zip(path: Path, files: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo("placeholder")
            info.filename = name  # as it is: ZipInfo would tidy it
            info.compress_type = compression
            archive.writestr(info, content)
    return path


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """The bytes of a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def refusal(path: Path, course: Course) -> str:
    with pytest.raises(SubmissionError) as caught:
        read_submission(path, course)
    return str(caught.value)


def told(submission: Submission) -> str:
    return "\n".join(submission.warnings)
