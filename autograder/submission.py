"""What a learner hands in, read without running, unpickling or unpacking anything: a folder, a zip or a notebook."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.course import Course, Step
from autograder.intake import (
    MAX_FILE,
    MAX_NOTEBOOK,
    Entry,
    SubmissionError,
    folder_entries,
    is_junk,
    read_regular,
    shown,
    zip_entries,
)
from autograder.notebook import exercises_in_notebook, read_notebook

__all__ = ["Submission", "SubmissionError", "find_submissions", "read_submission", "submission_name"]

MAX_TOTAL = 8_000_000  # bytes of all modules

_MODULE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,79}$")
_COMPILED = (".pyc", ".pyo", ".so", ".pyd", ".dll", ".dylib")
_IGNORED = {
    "kit": "its own copy of exercises/kit: the course's kit is used",
    "link": "a link: links are never followed",
    "special": "a pipe, device or socket: never opened",
    "test": "tests and conftest.py: the course's own tests are used",
    "compiled": "compiled code: only .py files are graded",
    "copy": "another copy of a step's folder",
    "name": "not a name that Python can import",
    "python": "Python outside of the steps' folders",
    "other": "not a Python module",
}


@dataclass(frozen=True)
class Submission:
    """The modules handed in, `step00_x/module.py` → its bytes, and what to tell about the rest."""

    name: str
    files: dict[str, bytes]
    digest: str
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Chosen:
    """Which files are graded (path under exercises/ → entry), and which are not, by kind."""

    files: dict[str, Entry]
    ignored: dict[str, list[str]]


def read_submission(path: Path, course: Course) -> Submission:
    """The submission at `path`: a folder shaped like `exercises/` (whole or part, or above it), a zip of one, a
    notebook that defines the functions, or a step's modules as they are.

    Raises SubmissionError, saying why, when nothing in it can be graded or reading it would be unsafe.
    """
    path = Path(path)
    if path.is_symlink():
        raise SubmissionError(f"{shown(path.name)} is a link, and links are never followed: name what it points to")
    if not path.exists():
        raise SubmissionError(f"{path} does not exist")
    suffix, name = path.suffix.lower(), submission_name(path)
    if path.is_dir():
        files, warnings = _from_entries(folder_entries(path), course, path.resolve().name)
    elif suffix == ".zip":
        with zip_entries(path) as entries:
            files, warnings = _from_entries(entries, course, path.stem)
    elif suffix == ".ipynb":
        files, warnings = read_notebook(read_regular(path, MAX_NOTEBOOK), path.resolve().as_posix(), course)
    elif suffix == ".py":
        entry = Entry(path.name, "file", lambda limit: read_regular(path, limit))
        files, warnings = _from_entries([entry], course, path.resolve().parent.name)
    else:
        raise SubmissionError(f"{shown(path.name)} is no submission: hand in a folder, a .zip or an .ipynb")
    return Submission(name, files, _digest(files), warnings)


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
    modules = {f"{name}.py" for step in course.steps for name in _modules(course, step)}
    return any((folder / module).is_file() for module in modules)


def _digest(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        for part in (name.encode(), content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _from_entries(entries: list[Entry], course: Course, outer: str) -> tuple[dict[str, bytes], list[str]]:
    entries = [entry for entry in entries if not is_junk(entry.parts)]
    notebooks = [entry for entry in entries if entry.kind == "file" and entry.path.lower().endswith(".ipynb")]
    chosen = _choose(entries, course, outer)
    if not chosen.files and len(notebooks) == 1:
        return read_notebook(notebooks[0].read(MAX_NOTEBOOK), f"{outer}/{notebooks[0].path}", course)
    warnings = [_ignored_line(kind, chosen.ignored[kind]) for kind in _IGNORED if chosen.ignored.get(kind)]
    if not chosen.files:
        folders = ", ".join(f"exercises/{step.folder}/" for step in course.steps)
        raise SubmissionError("; ".join([f"holds no module of the course: expected .py files in {folders}", *warnings]))
    files: dict[str, bytes] = {}
    for name, entry in sorted(chosen.files.items()):
        files[name] = entry.read(MAX_FILE)
        if sum(map(len, files.values())) > MAX_TOTAL:
            raise SubmissionError(f"its modules take more than {MAX_TOTAL // 1_000_000} MB")
    return files, warnings + _encoding_warnings(files) + _notebook_warnings(notebooks, course)


def _choose(entries: list[Entry], course: Course, outer: str) -> _Chosen:
    folders = {step.folder for step in course.steps}
    python = [entry for entry in entries if entry.kind == "file" and entry.path.endswith(".py")]
    home = _home(python, folders)
    if home is None and outer in folders:
        entries = [replace(entry, path=f"{outer}/{entry.path}") for entry in entries]
    elif home is None:
        placed = _place_bare_modules(python, course)
        entries = [replace(entry, path=placed.get(entry.path, entry.path)) for entry in entries]
    home = home or ()
    chosen = _Chosen({}, {})
    for entry in entries:
        inside = entry.parts[: len(home)] == home
        parts = entry.parts[len(home) :] if inside else entry.parts
        kind = _kind(entry, parts, inside, folders)
        if kind is None:
            key = "/".join(parts)
            if key in chosen.files:
                raise SubmissionError(f"holds {shown(key)} twice: leave one")
            chosen.files[key] = entry
        elif kind != "other" or not os.path.exists(course.root / "exercises" / "/".join(parts)):
            chosen.ignored.setdefault(kind, []).append(entry.path)
    return chosen


def _home(python: Sequence[Entry], folders: set[str]) -> tuple[str, ...] | None:
    """The folder that holds the steps' folders: an `exercises` rather than another, an outer rather than an inner."""
    homes = set()
    for entry in python:
        at = next((place for place, part in enumerate(entry.parts[:-1]) if part in folders), None)
        if at is not None:
            homes.add(entry.parts[:at])

    def rank(home: tuple[str, ...]) -> tuple[bool, int]:
        return home[-1:] != ("exercises",), len(home)

    best = sorted(home for home in homes if rank(home) == min(map(rank, homes)))
    if len(best) > 1:
        where = " and ".join(shown("/".join(home)) for home in best[:2])
        raise SubmissionError(f"holds the steps' folders more than once (in {where}): hand in one of them")
    return best[0] if best else None


def _kind(entry: Entry, parts: tuple[str, ...], inside: bool, folders: set[str]) -> str | None:
    """Why an entry is ignored; None for a module to be graded."""
    *above, file = parts
    if entry.kind != "file":
        return entry.kind
    if "kit" in above and not (inside and above[0] in folders):
        return "kit"
    if file.endswith(_COMPILED):
        return "compiled"
    if not file.endswith(".py"):
        return "other"
    if file == "conftest.py" or file.startswith("test_") or "tests" in above:
        return "test"
    if not (inside and above and above[0] in folders):
        return "copy" if folders & set(above) else "python"
    return None if all(_MODULE.match(part) for part in (*above, file[:-3])) and len(parts) <= 6 else "name"


def _place_bare_modules(python: Sequence[Entry], course: Course) -> dict[str, str]:
    """Path → path under exercises/ for modules that lie outside of any step's folder, where the step is clear."""
    known = {step.folder: _modules(course, step) for step in course.steps}
    matching = [entry for entry in python if any(_stem(entry) in modules for modules in known.values())]
    parents = sorted({entry.parts[:-1] for entry in matching}, key=len)
    if not parents:
        return {}
    if len(parents) > 1 and len(parents[0]) == len(parents[1]):
        where = " and ".join(shown("/".join(parent)) for parent in parents[:2])
        raise SubmissionError(f"holds modules of the course more than once (in {where}): hand in one of them")
    here = [entry for entry in python if entry.parts[:-1] == parents[0]]
    fitting = {_stem(entry): [folder for folder in known if _stem(entry) in known[folder]] for entry in here}
    sure = {folders[0] for folders in fitting.values() if len(folders) == 1}
    placed = {}
    for entry in here:
        candidates = [folder for folder in fitting[_stem(entry)] if folder in sure] or fitting[_stem(entry)]
        if not candidates and len(sure) == 1:  # a helper of the learner's own
            candidates = list(sure)
        if len(candidates) > 1:
            raise SubmissionError(f"{shown(entry.path)} could be of {' or '.join(candidates)}: put it in its folder")
        if candidates:
            placed[entry.path] = f"{candidates[0]}/{entry.parts[-1]}"
    return placed


def _modules(course: Course, step: Step) -> set[str]:
    stubs = {file.stem for file in course.exercises_folder(step).glob("*.py")}
    return (set(step.modules) | stubs) - {"__init__"}


def _stem(entry: Entry) -> str:
    return entry.parts[-1].removesuffix(".py")


def _ignored_line(kind: str, paths: list[str]) -> str:
    first = ", ".join(shown(path) for path in paths[:2]) + (", …" if len(paths) > 2 else "")
    return f"ignored {len(paths)} file{'s' if len(paths) > 1 else ''} ({first}): {_IGNORED[kind]}"


def _encoding_warnings(files: dict[str, bytes]) -> list[str]:
    warnings = []
    for name, content in files.items():
        try:
            content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            warnings.append(f"{name} is not UTF-8 text (line {line}): Python cannot import it; save it as UTF-8")
        if b"\0" in content:
            warnings.append(f"{name} holds NUL bytes: Python cannot import it; save it as plain text")
    return warnings


def _notebook_warnings(notebooks: Sequence[Entry], course: Course) -> list[str]:
    """Work done in a notebook beside the modules is not graded; its author must hear of it."""
    warnings = []
    for entry in notebooks[:20]:
        try:
            names = exercises_in_notebook(entry.read(MAX_NOTEBOOK), course)
        except SubmissionError:
            continue
        if names:
            what = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
            warnings.append(f"{shown(entry.path)} defines {what}: the modules were graded; to have the notebook "
                            "graded, hand it in by itself")  # fmt: skip
    return warnings
