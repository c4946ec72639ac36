"""What someone gave us, opened: a folder, an archive, a notebook, or a learner's lone modules."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from autograder.course import Course
from autograder.submission.entries import (
    ARCHIVES,
    CLEAR,
    MAX_NOTEBOOK,
    MAX_RAW,
    SEVERAL,
    UNREADABLE,
    Entries,
    Entry,
    SubmissionError,
    file_entry,
    folder_entries,
    is_junk,
    open_regular,
    read_regular,
    shown,
    zip_entries,
)
from autograder.submission.lone import is_module, lone_name
from autograder.submission.tars import tar_entries
from autograder.submission.written import source_text

_DISGUISED = re.compile(r"(?i)(\.ipynb)\.(?:json|txt)$|(\.py)\.txt$")


def plain_name(name: str) -> str:
    """A file's name without what a browser or a system hung on: `lesson.ipynb.txt` is `lesson.ipynb`."""
    return _DISGUISED.sub(lambda found: (found[1] or found[2]).lower(), name)


def suffix_of(name: str) -> str:
    """The suffix that says what a file is, `.tar.gz` in one; "" for none."""
    name = plain_name(name).lower()
    known = [suffix for suffix in (*ARCHIVES, *UNREADABLE) if name.endswith(suffix)]
    return max(known, key=len, default=Path(name).suffix)


def stem_of(name: str) -> str:
    """A file's name without that suffix."""
    name = plain_name(name)
    return name[: len(name) - len(suffix_of(name))]


@contextmanager
def handed_in(given: Path | Sequence[Path], course: Course) -> Iterator[Entries]:
    """The entries of a folder, an archive, a notebook or lone files, readable inside the `with`.

    Raises SubmissionError for what is no submission, cannot be read or is several learners'.
    """
    paths = [given] if isinstance(given, Path) else given
    for path in paths:
        if path.is_symlink():
            raise SubmissionError(f"{shown(path.name)} is a link, and links are never followed: name what it points to")
        if not path.exists():
            raise SubmissionError(f"{path} does not exist")
    path = paths[0]
    suffix = suffix_of(path.name)
    if len(paths) > 1:
        yield Entries(path.resolve().parent.name, [_lone_entry(path, course) for path in paths])
    elif path.is_dir():
        yield _one_learners(path.resolve().name, folder_entries(path))
    elif suffix in ARCHIVES:
        with archive_entries(path.name, lambda: open_regular(path)) as files:
            yield _one_learners(stem_of(path.name), files)
    elif suffix in (".ipynb", ".py"):
        yield Entries(path.resolve().parent.name, [_lone_entry(path, course, alone=True)])
    elif suffix in UNREADABLE:
        raise SubmissionError(f"{shown(path.name)} is a {suffix}, which is not opened here: unpack it and grade the "
                              "folder, or ask for a .zip")  # fmt: skip
    else:
        raise SubmissionError(f"{shown(path.name)} is no submission: hand in a folder, a .zip or an .ipynb")


@contextmanager
def archive_entries(name: str, opened: Callable[[], IO[bytes]]) -> Iterator[list[Entry]]:
    """The files in the zip or tar of that name, which `opened` opens, readable inside the `with`."""
    with (zip_entries if suffix_of(name) == ".zip" else tar_entries)(opened) as files:
        yield plain_entries(files)


def plain_entries(files: Sequence[Entry]) -> list[Entry]:
    """The entries with plain names, where no other has that name."""
    there = {entry.path for entry in files}
    return [replace(e, path=plain) if (plain := plain_name(e.path)) not in there else e for e in files]


def _one_learners(outer: str, files: Sequence[Entry]) -> Entries:
    """The entries, unless they are what Moodle gives staff to download: a folder for each learner."""
    named = (part.partition("_assignsubmission_") for entry in files for part in entry.parts[:-1])
    if len(learners := sorted({name for name, mark, _ in named if mark})) > 1:
        raise SubmissionError(f"holds several learners' work ({shown(learners[0])}, …): {SEVERAL}")
    return Entries(outer, plain_entries(files))


def _lone_entry(path: Path, course: Course, alone: bool = False) -> Entry:
    """The entry for a file that was handed in by itself. A notebook must be readable, even if it is hidden."""
    name = plain_name(path.name)
    if suffix_of(name) == ".py":
        called = lone_name(name, course)
        if is_module(called, course) or not alone:
            return file_entry(path, called, path.stat().st_size)
    try:
        data = read_regular(path, MAX_RAW if suffix_of(name) == ".ipynb" else MAX_NOTEBOOK)
    except SubmissionError as error:
        raise SubmissionError(f"{error}: {CLEAR}") from None
    if suffix_of(name) == ".py":  # a notebook that was exported, or a module called by its author's name
        name, data = f"{stem_of(name)}.ipynb", _as_notebook(data)
    name = f"_{name}" if is_junk((name,)) else name
    return Entry(name, "file", len(data), lambda limit: data, lambda: io.BytesIO(data))


def _as_notebook(source: bytes) -> bytes:
    """A module as the one cell of a notebook, of which the functions are taken that exercises ask for."""
    cell = {"cell_type": "code", "source": source_text(source)}
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": [cell]}).encode()
