"""What lies in a class's folder: every entry is a learner's, or one that platforms and systems add, or a stray."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Course
from autograder.submission.entries import ARCHIVES, UNREADABLE, Entries, SubmissionError, is_junk
from autograder.submission.handed import handed_in, stem_of, suffix_of
from autograder.submission.lone import owner, platforms, without_copy_marks
from autograder.submission.places import choose, module_names

MEANT = (*ARCHIVES, *UNREADABLE, ".ipynb", ".py")  # what someone hands in, readable or not
LONGEST_NAME = 80  # characters
LONGEST_BYTES = 180
_TABLES = (".csv", ".tsv", ".xls", ".xlsx", ".ods")
_ADDED = {"index.html", "gradebook.sqlite", "submission_metadata.yml", "submission_metadata.yaml"}
_OWN = ("submission", "submissions", "exercises", "backup", "old", "archive")
_STRAY = "lies beside several submissions and may be anybody's: to grade it, name it alone; else move it away"


@dataclass(frozen=True)
class Found:
    """A learner's entry of a class: its name, where it is (lone files may be several), or why it is not read."""

    name: str
    paths: tuple[Path, ...]
    problem: str | None = None


@dataclass
class Class:
    """All entries of what was named, and those that nobody handed in."""

    found: list[Found] = field(default_factory=list)
    left_out: list[Path] = field(default_factory=list)


def find_class(paths: Sequence[Path], course: Course, out: Path | None = None) -> Class:
    """Everybody's work at `paths`: each path itself if it is one submission, else each entry of that folder.

    `out`, where reports go, is left out. Raises SubmissionError for a path that does not exist or holds nothing.
    """
    result = Class()
    alone: list[Path] = []
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise SubmissionError(f"{path} does not exist")
        if not path.is_dir() or path.is_symlink():
            alone.append(path)
        elif _is_one(path, course):
            result.found.append(Found(submission_name(path), (path,)))
        else:
            alone += _entries_of(path, course, out, result)
    result.found += _by_learner(alone, course)
    return result


def find_submissions(path: Path, course: Course) -> list[Path]:
    """Where the submissions at `path` are: itself if it is one, else what lies in it (a class)."""
    found = find_class([Path(path)], course).found
    return sorted(path for one in found for path in one.paths)


def submission_name(path: Path) -> str:
    """A name that is safe as a folder's: `Ada Lovelace (1).zip` is `Ada_Lovelace_1`.

    A long one keeps the number by which a platform knows the learner.
    """
    path = path.resolve()
    return clean_name(path.name if path.is_dir() else stem_of(path.name))


def clean_name(stem: str) -> str:
    clean = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", stem)).strip("._").lstrip("-")
    return _shortened(clean) or "submission"


def _shortened(name: str) -> str:
    if _fits(name):
        return name
    found = re.search(r"_\d+_(?:assignsubmission_\w{4}|\d+)", name)
    number, rest = (found[0], name[found.end() :]) if found else ("", "")
    head, tail = name[: found.start()] if found else name, rest[-12:]
    while head and not _fits(head + number + tail):
        head = head[:-1]
    return (head + number + tail).strip("._") if _fits(number + tail) else name[:40]


def _fits(name: str) -> bool:
    return len(name) <= LONGEST_NAME and len(name.encode(errors="surrogateescape")) <= LONGEST_BYTES


# ---------------------------------------------------------------- one submission, or a class


def _is_one(folder: Path, course: Course) -> bool:
    """Whether a folder is one submission: it looks like one, and several others do not lie beside its work."""
    return _looks_like_one(folder, course) and not _are_several(folder, course)


def _looks_like_one(folder: Path, course: Course) -> bool:
    steps = {step.folder for step in course.steps}
    if folder.resolve().name in steps:
        return True
    if any((place / name).is_dir() for place in (folder, folder / "exercises") for name in steps):
        return True
    return any((folder / module).is_file() for module in _modules(course))


def _are_several(folder: Path, course: Course) -> bool:
    """Whether beside what may be one learner's work lie other submissions: one with a platform's name, or two."""
    others = 0
    for child in sorted(folder.iterdir()):
        if is_junk((child.name,)) or _is_stray(child, course) or (course.root / child.name).exists():
            continue
        if (child.is_dir() or suffix_of(child.name) in MEANT) and platforms(stem_of(child.name)):
            return True
        others += _holds_work(child, course)
        if others > 1:
            return True
    return False


def _holds_work(path: Path, course: Course) -> bool:
    """Whether it is work of the course's under a name that says nothing of a learner's own drafts."""
    suffix = suffix_of(path.name) if not path.is_dir() else ""
    stem = without_copy_marks(stem_of(path.name) if suffix else path.name).lower()
    if stem in _OWN or re.search(r"lesson|step\d|untitled|old|backup", stem) or path.is_symlink():
        return False
    if suffix in (".py", *UNREADABLE) or not (path.is_dir() or suffix in MEANT):
        return suffix in UNREADABLE
    try:
        with handed_in(path, course) as entries:
            return suffix == ".ipynb" or _has_work(entries, course)
    except SubmissionError:
        return suffix in ARCHIVES
    except OSError:
        return False


def _has_work(entries: Entries, course: Course) -> bool:
    chosen = choose(entries, course)
    return any(not name.endswith("/__init__.py") for name in chosen.modules) or bool(chosen.notebooks)


def _is_stray(path: Path, course: Course) -> bool:
    if path.is_dir():
        return path.name == "exercises" or path.name in {step.folder for step in course.steps}
    return path.name in _modules(course)


def _modules(course: Course) -> set[str]:
    return {f"{name}.py" for step in course.steps for name in module_names(course, step)}


# ---------------------------------------------------------------- a class


def _entries_of(folder: Path, course: Course, out: Path | None, result: Class) -> list[Path]:
    """What learners handed in; what is left out and what is a stray goes to `result`."""
    entries = []
    for path in sorted(folder.iterdir()):
        if is_junk((path.name,)):
            continue
        if _is_added(path, out):
            result.left_out.append(path)
        elif _is_stray(path, course):
            result.found.append(Found(submission_name(path), (path,), f"{path.name} {_STRAY}"))
        else:
            entries.append(path)
    if not any(path.is_dir() or suffix_of(path.name) in MEANT or platforms(stem_of(path.name)) for path in entries):
        raise SubmissionError(f"{folder} holds no submission: neither step folders nor folders, .zip or .ipynb")
    return entries


def _is_added(path: Path, out: Path | None) -> bool:
    """Whether a platform, staff or `lmi grade` put it there: by its name, unless that says whose it is."""
    if path.is_dir():
        return path.resolve() == out or ((path / "gradebook.sqlite").is_file() and (path / "grades.csv").is_file())
    if platforms(stem_of(path.name)):
        return False
    return path.name.lower() in _ADDED or path.name.lower().endswith(_TABLES)


def _by_learner(paths: Iterable[Path], course: Course) -> list[Found]:
    """Each path as a submission; a learner's lone modules, and the notebooks beside them, as one."""
    paths = list(paths)
    suffixes = {path: "" if path.is_dir() else suffix_of(path.name) for path in paths}
    together: dict[tuple[Path, str], list[Path]] = {}
    for path in paths:
        if suffixes[path] in (".py", ".ipynb") and not path.is_symlink():
            together.setdefault((path.parent, owner(stem_of(path.name), course)), []).append(path)
    found, done = [], set()
    for path in paths:
        group = next((tuple(group) for group in together.values() if path in group), (path,))
        if len(group) == 1 or not any(suffixes[one] == ".py" for one in group):
            found.append(Found(submission_name(path), (path,)))
        elif group not in done:
            done.add(group)
            found.append(Found(_group_name(group, course), group))
    return found


def _group_name(group: Sequence[Path], course: Course) -> str:
    """The first's name without its module's."""
    stem = stem_of(group[0].name)
    if platform := platforms(stem):
        return clean_name(stem[: platform.start("file")] if platform["file"] else stem)
    return clean_name(owner(stem, course) or group[0].resolve().parent.name)
