"""Which files of a submission are graded: the steps' modules and notebooks, read with limits."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.course import Course
from autograder.submission.entries import (
    CLEAR,
    MAX_FILE,
    MAX_NOTEBOOK,
    MAX_RAW,
    Entries,
    Entry,
    NothingToGrade,
    SubmissionError,
    shown,
)
from autograder.submission.handed import archive_entries, stem_of
from autograder.submission.outputs import without_outputs
from autograder.submission.places import Chosen, choose
from autograder.submission.written import coding_of

MAX_TOTAL = 8_000_000  # bytes of all modules
MAX_NOTEBOOKS = 20
MAX_UNPLACED = 20
MAX_ALL_NOTEBOOKS = 100_000_000  # bytes
LESSON = "lesson.ipynb"

_IGNORED = {
    "kit": "its own copy of exercises/kit: the course's kit is used",
    "link": "a link: links are never followed",
    "special": "a pipe, device or socket: never opened",
    "test": "tests and conftest.py: the course's own tests are used",
    "compiled": "compiled code: only .py files are graded",
    "copy": "another copy of a step's folder",
    "name": "not a name that Python can import",
    "python": "Python outside of the steps' folders",
    "zip": "a zip, which is not opened here: hand in what is in it",
    "archive": "an archive, which is not opened here: hand in what is in it",
    "other": "not a Python module",
}


@dataclass(frozen=True)
class Parts:
    """What counts of what was handed in: modules and the steps' notebooks, path under exercises/ → bytes; notebooks
    that lie elsewhere; and what to tell about the rest.

    `outer`: the name of the folder or zip. `within`: the parts of the zip in it, if the submission is there; `archive`
    is then the zip's path.
    """

    outer: str
    modules: dict[str, bytes]
    notebooks: dict[str, bytes]
    elsewhere: dict[str, bytes]
    warnings: list[str]
    unplaced: dict[str, bytes] = field(default_factory=dict)  # Python that is not graded for its place or its name
    within: Parts | None = None
    archive: str = ""
    helpers: dict[str, bytes] = field(default_factory=dict)  # modules beside a lone notebook, by their path from it

    def beside(self, notebook: str) -> dict[str, bytes]:
        """The modules that lie beside a notebook, by their path from it."""
        if notebook in self.elsewhere:
            return self.helpers
        folder = f"{notebook.split('/')[0]}/"
        return {name.removeprefix(folder): data for name, data in self.modules.items() if name.startswith(folder)}


def read_parts(entries: Entries, course: Course) -> Parts:
    """The entries that count, read; of a zip within, its own. There may be none.

    Raises SubmissionError when it is not clear which count, or one cannot be read.
    """
    parts = _read(entries, course)
    if entries.within is None:
        return parts
    archive = entries.within.path
    stem = stem_of(Path(archive).name)
    outer = stem if any(stem == step.folder for step in course.steps) else entries.outer
    try:
        with archive_entries(archive, entries.within.open) as files:
            within = _read(Entries(outer, files), course)
    except SubmissionError as error:
        raise SubmissionError(f"{shown(archive)}: {error}") from None
    return replace(parts, within=replace(within, archive=archive))


def nothing_to_grade(course: Course, warnings: Sequence[str]) -> NothingToGrade:
    """The error that says what was expected, and what was found instead."""
    first = f"exercises/{course.steps[0].folder}/" + (" (or another step's folder)" if len(course.steps) > 1 else "")
    expected = f"holds no module of the course: hand in the .py files of {first} or its {LESSON}"
    return NothingToGrade("; ".join([expected, *warnings]))


def _read(entries: Entries, course: Course) -> Parts:
    chosen = choose(entries, course)
    warnings = [_ignored_line(kind, chosen.ignored[kind]) for kind in _IGNORED if chosen.ignored.get(kind)]
    modules: dict[str, bytes] = {}
    for name, entry in sorted(chosen.modules.items()):
        modules[name] = entry.read(MAX_FILE)
        if sum(map(len, modules.values())) > MAX_TOTAL:
            raise SubmissionError(f"its modules take more than {MAX_TOTAL // 1_000_000} MB")
    warnings += _encoding_warnings(modules)
    read, unread = _read_notebooks({**dict(sorted(chosen.notebooks.items(), key=_lesson_first)), **chosen.elsewhere})
    beside = {name: data for name, data in read.items() if name in chosen.notebooks}
    elsewhere = {name: data for name, data in read.items() if name not in beside}
    helpers = {name: entry.read(MAX_FILE) for name, entry in chosen.helpers.items() if elsewhere}
    if sum(map(len, helpers.values())) > MAX_TOTAL:
        raise SubmissionError(f"its modules take more than {MAX_TOTAL // 1_000_000} MB")
    return Parts(
        entries.outer, modules, beside, elsewhere, warnings + unread, _unplaced(entries, chosen), helpers=helpers
    )


def _unplaced(entries: Entries, chosen: Chosen) -> dict[str, bytes]:
    """Some of the Python that is not graded for its place or its name."""
    paths = {path for kind in ("python", "name") for path in chosen.ignored.get(kind, [])}
    found = {}
    for entry in [entry for entry in entries.files if entry.path in paths][:MAX_UNPLACED]:
        with suppress(SubmissionError):
            found[entry.path] = entry.read(MAX_FILE)
    return found


def _lesson_first(item: tuple[str, Entry]) -> tuple[bool, str]:
    return not item[0].endswith(f"/{LESSON}"), item[0]


def _read_notebooks(entries: dict[str, Entry]) -> tuple[dict[str, bytes], list[str]]:
    """The notebooks, as many as is reasonable, and a warning for each that is not read."""
    read: dict[str, bytes] = {}
    unread = []
    for name, entry in entries.items():
        if len(read) == MAX_NOTEBOOKS:
            unread.append(f"holds more than {MAX_NOTEBOOKS} notebooks: {shown(name)} and the rest are not graded")
            break
        try:
            data = without_outputs(entry.read(MAX_RAW))
        except SubmissionError as error:
            unread.append(f"a notebook is not graded: {error}; if it is too large, {CLEAR}")
            continue
        if len(data) > min(MAX_NOTEBOOK, MAX_ALL_NOTEBOOKS - sum(map(len, read.values()))):
            size = len(data) / 1e6
            unread.append(f"a notebook is not graded: {shown(name)} holds {size:.0f} MB besides its outputs")
            continue
        read[name] = data
    return read, unread


def _ignored_line(kind: str, paths: list[str]) -> str:
    first = ", ".join(shown(path) for path in paths[:2]) + (", …" if len(paths) > 2 else "")
    return f"ignored {len(paths)} file{'s' if len(paths) > 1 else ''} ({first}): {_IGNORED[kind]}"


def _encoding_warnings(files: dict[str, bytes]) -> list[str]:
    warnings = []
    for name, content in files.items():
        coding = coding_of(content)
        try:
            content.decode(coding)
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            text = "UTF-8 text" if coding.startswith("utf-8") else f"text in {coding}, as it says"
            warnings.append(f"{name} is not {text} (line {line}): Python cannot import it; save it as UTF-8")
        if b"\0" in content:
            warnings.append(f"{name} holds NUL bytes: Python cannot import it; save it as plain text")
    return warnings
