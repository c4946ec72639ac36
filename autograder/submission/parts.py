"""Which files of a folder or a zip are graded: the steps' modules and notebooks, wherever the steps' folders lie."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.course import Course, Step
from autograder.submission.entries import MAX_FILE, MAX_NOTEBOOK, Entry, NothingToGrade, SubmissionError, is_junk, shown
from autograder.submission.given import is_given

MAX_TOTAL = 8_000_000  # bytes of all modules
MAX_NOTEBOOKS = 20
MAX_ALL_NOTEBOOKS = 100_000_000  # bytes
LESSON = "lesson.ipynb"

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
    "zip": "a zip, which is not opened here: hand in what is in it",
    "other": "not a Python module",
}
SEVERAL = "if these are several learners', unpack the download and grade its folder"


@dataclass(frozen=True)
class Parts:
    """What a folder or zip holds for grading: modules and the steps' notebooks, path under exercises/ → bytes;
    notebooks that lie elsewhere; and what to tell about the rest."""

    modules: dict[str, bytes]
    notebooks: dict[str, bytes]
    elsewhere: dict[str, bytes]
    warnings: list[str]


@dataclass(frozen=True)
class _Chosen:
    """The entries of each kind of `Parts`, and the files that are not graded, by why."""

    modules: dict[str, Entry]
    notebooks: dict[str, Entry]
    elsewhere: dict[str, Entry]
    ignored: dict[str, list[str]]


def has_modules(entries: list[Entry], course: Course, outer: str) -> bool:
    """Whether a folder or zip named `outer` holds modules to grade, a package's empty ones aside."""
    return any(not name.endswith("/__init__.py") for name in _choose(entries, course, outer).modules)


def read_parts(entries: list[Entry], course: Course, outer: str) -> Parts:
    """What the entries of a folder or zip named `outer` hold. Raises SubmissionError when there is nothing to grade."""
    parts = read_beside(entries, course, outer)
    if not (parts.modules or parts.notebooks or parts.elsewhere):
        raise nothing_to_grade(course, parts.warnings)
    return parts


def read_beside(entries: list[Entry], course: Course, outer: str) -> Parts:
    """The same for what may well hold nothing to grade."""
    chosen = _choose(entries, course, outer)
    warnings = [_ignored_line(kind, chosen.ignored[kind]) for kind in _IGNORED if chosen.ignored.get(kind)]
    modules: dict[str, bytes] = {}
    for name, entry in sorted(chosen.modules.items()):
        modules[name] = entry.read(MAX_FILE)
        if sum(map(len, modules.values())) > MAX_TOTAL:
            raise SubmissionError(f"its modules take more than {MAX_TOTAL // 1_000_000} MB")
    warnings += _encoding_warnings(modules)
    read, unread = _read_notebooks({**dict(sorted(chosen.notebooks.items(), key=_lesson_first)), **chosen.elsewhere})
    beside = {name: data for name, data in read.items() if name in chosen.notebooks}
    return Parts(modules, beside, {name: read[name] for name in read.keys() - beside.keys()}, warnings + unread)


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
            read[name] = entry.read(min(MAX_NOTEBOOK, MAX_ALL_NOTEBOOKS - sum(map(len, read.values()))))
        except SubmissionError as error:
            unread.append(f"a notebook is not graded: {error}")
    return read, unread


def nothing_to_grade(course: Course, warnings: Sequence[str]) -> NothingToGrade:
    """The error that says what was expected, and what was found instead."""
    first = f"exercises/{course.steps[0].folder}/" + (" (or another step's folder)" if len(course.steps) > 1 else "")
    expected = f"holds no module of the course: hand in the .py files of {first} or its {LESSON}"
    return NothingToGrade("; ".join([expected, *warnings]))


def _choose(entries: list[Entry], course: Course, outer: str) -> _Chosen:
    entries = [entry for entry in entries if not is_junk(entry.parts)]
    folders = {step.folder for step in course.steps}
    python = [entry for entry in entries if entry.kind == "file" and entry.path.endswith(".py")]
    notebooks = [entry for entry in entries if _is_notebook(entry)]
    home = _home(python, folders)
    if home is None and outer in folders:
        entries = [replace(entry, path=f"{outer}/{entry.path}") for entry in entries]
    elif home is None:
        placed = _place_bare_modules(python, course)
        placed |= _beside(notebooks, placed)
        entries = [replace(entry, path=placed.get(entry.path, entry.path)) for entry in entries]
        home = None if placed else _home(notebooks, folders)
    home = home or ()
    chosen = _Chosen({}, {}, {}, {})
    for entry in entries:
        inside = entry.parts[: len(home)] == home
        parts = entry.parts[len(home) :] if inside else entry.parts
        key = "/".join(parts)
        kind = _kind(entry, parts, inside, folders)
        if kind is None or (_is_notebook(entry) and inside and parts[0] in folders):
            graded = chosen.modules if kind is None else chosen.notebooks
            if key in graded:
                raise SubmissionError(f"holds {shown(key)} twice: leave one")
            graded[key] = entry
        elif _is_notebook(entry):
            chosen.elsewhere[entry.path] = entry
        elif entry.kind != "file" or not is_given(entry, _places(entry, home, key), course):
            chosen.ignored.setdefault(kind, []).append(entry.path)
    return chosen


def _places(entry: Entry, home: tuple[str, ...], key: str) -> list[str]:
    """Where an entry would lie in a copy of the course."""
    above = home[:-1]  # of `exercises`
    return [f"exercises/{key}", *(["/".join(entry.parts[len(above) :])] if entry.parts[: len(above)] == above else [])]


def _is_notebook(entry: Entry) -> bool:
    return entry.kind == "file" and entry.path.lower().endswith(".ipynb")


def _beside(notebooks: Sequence[Entry], placed: dict[str, str]) -> dict[str, str]:
    """Path → path under exercises/ for notebooks beside bare modules that are all of one step."""
    homes = {(path.rpartition("/")[0], new.split("/")[0]) for path, new in placed.items()}
    if len(homes) != 1:
        return {}
    [(above, folder)] = homes
    here = [entry for entry in notebooks if "/".join(entry.parts[:-1]) == above]
    return {entry.path: f"{folder}/{entry.parts[-1]}" for entry in here}


def _home(python: Sequence[Entry], folders: set[str]) -> tuple[str, ...] | None:
    """The folder that holds the steps' folders: an `exercises` rather than another, an outer rather than an inner."""
    homes = set()
    for entry in python:
        at = next((place for place, part in enumerate(entry.parts[:-1]) if part in folders), None)
        if at is not None:
            homes.add(entry.parts[:at])

    def rank(home: tuple[str, ...]) -> tuple[bool, int]:
        return home[-1:] != ("exercises",), len(home)

    ranked = sorted(homes, key=lambda home: (rank(home), home))
    _refuse_several(ranked, "the steps' folders", [home for home in ranked if rank(home) == rank(ranked[0])])
    return ranked[0] if ranked else None


def _refuse_several(places: Sequence[tuple[str, ...]], what: str, equal: Sequence[tuple[str, ...]]) -> None:
    """Refuses places of the same rank, and places in several folders side by side: they may be several learners'."""
    first = places[0] if places else ()
    apart = [] if first in ((), ("exercises",)) else [place for place in places if place and place[0] != first[0]]
    if others := [*equal[1:], *apart]:
        where = " and ".join(shown("/".join(place)) for place in (first, others[0]))
        raise SubmissionError(f"holds {what} more than once (in {where}): hand in one of them; {SEVERAL}")


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
        return "zip" if file.lower().endswith(".zip") else "other"
    if file == "conftest.py" or file.startswith("test_") or "tests" in above:
        return "test"
    if not (inside and above and above[0] in folders):
        return "copy" if folders & set(above) else "python"
    return None if all(_MODULE.match(part) for part in (*above, file[:-3])) and len(parts) <= 6 else "name"


def _place_bare_modules(python: Sequence[Entry], course: Course) -> dict[str, str]:
    """Path → path under exercises/ for modules that lie outside of any step's folder, where the step is clear."""
    known = {step.folder: module_names(course, step) for step in course.steps}
    matching = [entry for entry in python if any(_stem(entry) in modules for modules in known.values())]
    parents = sorted({entry.parts[:-1] for entry in matching}, key=len)
    if not parents:
        return {}
    _refuse_several(parents, "modules of the course", [place for place in parents if len(place) == len(parents[0])])
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


def module_names(course: Course, step: Step) -> set[str]:
    """Names of the modules that a step has."""
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
