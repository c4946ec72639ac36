"""Which entries of a submission count, wherever the steps' folders lie in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.course import Course, Step
from autograder.submission.entries import ARCHIVES, SEVERAL, UNREADABLE, Entries, Entry, SubmissionError, is_junk, shown
from autograder.submission.given import is_given

_MODULE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,79}$")
_COMPILED = (".pyc", ".pyo", ".so", ".pyd", ".dll", ".dylib")


@dataclass(frozen=True)
class Chosen:
    """The entries that count: modules and the steps' notebooks, by their path under exercises/; notebooks that lie
    elsewhere; the files that are not graded, by why; and a lone notebook's own modules, by name."""

    modules: dict[str, Entry]
    notebooks: dict[str, Entry]
    elsewhere: dict[str, Entry]
    ignored: dict[str, list[str]]
    helpers: dict[str, Entry]


def zip_within(entries: Entries, course: Course) -> Entries:
    """The entries with the one zip among them set apart, where there is no module to grade; else as they are.

    Raises SubmissionError when there are several such zips.
    """
    zips = [e for e in entries.files if e.kind == "file" and e.path.lower().endswith(ARCHIVES) and not is_junk(e.parts)]
    if not zips or any(not name.endswith("/__init__.py") for name in choose(entries, course).modules):
        return entries
    if len(zips) > 1:
        names = " and ".join(shown(one.path) for one in zips[:2]) + (", …" if len(zips) > 2 else "")
        raise SubmissionError(f"holds {len(zips)} zips ({names}): leave one; {SEVERAL}")
    return replace(entries, files=[one for one in entries.files if one is not zips[0]], within=zips[0])


def choose(handed: Entries, course: Course) -> Chosen:
    """The entries that count, by where they lie. Raises SubmissionError when that is not clear."""
    entries = [entry for entry in handed.files if not is_junk(entry.parts)]
    folders = {step.folder for step in course.steps}
    helpers: dict[str, Entry] = {}
    python = [entry for entry in entries if entry.kind == "file" and entry.path.endswith(".py")]
    notebooks = [entry for entry in entries if _is_notebook(entry)]
    home = _home(python, folders)
    if home is None and handed.outer in folders:
        entries = [replace(entry, path=f"{handed.outer}/{entry.path}") for entry in entries]
    elif home is None:
        placed = _place_bare_modules(python, course)
        placed |= _beside(notebooks, placed)
        entries = [replace(entry, path=placed.get(entry.path, entry.path)) for entry in entries]
        home = None if placed else _home(notebooks, folders)
        if home is None and not placed and len(notebooks) == 1:
            helpers = _helpers_of(notebooks[0], python)
    home = home or ()
    chosen = Chosen({}, {}, {}, {}, helpers)
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
        elif entry.path in {helper.path for helper in helpers.values()}:
            continue
        elif _is_notebook(entry):
            chosen.elsewhere[entry.path] = entry
        elif entry.kind != "file" or not is_given(entry, _places(entry, home, key), course):
            chosen.ignored.setdefault(kind, []).append(entry.path)
    return chosen


def _places(entry: Entry, home: tuple[str, ...], key: str) -> list[str]:
    """Where an entry would lie in a copy of the course."""
    above = home[:-1]  # of `exercises`
    return [f"exercises/{key}", *(["/".join(entry.parts[len(above) :])] if entry.parts[: len(above)] == above else [])]


def _helpers_of(notebook: Entry, python: Sequence[Entry]) -> dict[str, Entry]:
    """Modules beside a lone notebook, or in packages there, by their path from it."""
    above = notebook.parts[:-1]
    beside = ["/".join(entry.parts[len(above) :]) if entry.parts[: len(above)] == above else "" for entry in python]
    parts = [path.removesuffix(".py").split("/") for path in beside]
    return {path: entry for path, names, entry in zip(beside, parts, python, strict=True)
            if len(names) <= 3 and all(map(_MODULE.match, names)) and not names[-1].startswith(("test_", "conftest"))
            and not {"tests", "kit", "exercises"} & set(names)}  # fmt: skip


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
        archive = file.lower().endswith((*ARCHIVES, *UNREADABLE))
        return "zip" if file.lower().endswith(".zip") else "archive" if archive else "other"
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
