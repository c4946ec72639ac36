"""What a learner hands in, read without running, unpickling or unpacking anything: a folder, a zip or a notebook."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Course, Step
from autograder.submission.entries import (
    MAX_NOTEBOOK,
    Entry,
    NothingToGrade,
    SubmissionError,
    file_entry,
    folder_entries,
    is_junk,
    open_regular,
    read_regular,
    shown,
    zip_entries,
)
from autograder.submission.notebook import Notebook, complete_modules, parse_notebook, read_notebook, step_of
from autograder.submission.parts import (
    SEVERAL,
    Parts,
    has_modules,
    module_names,
    nothing_to_grade,
    read_beside,
    read_parts,
)
from autograder.submission.written import still_stubs

__all__ = ["Submission", "SubmissionError", "find_submissions", "read_submission", "submission_name"]


@dataclass(frozen=True)
class Submission:
    """The modules handed in, `step00_x/module.py` → its bytes, and what to tell about the rest."""

    name: str
    files: dict[str, bytes]
    digest: str
    warnings: list[str] = field(default_factory=list)


def read_submission(path: Path, course: Course) -> Submission:
    """The submission at `path`: a folder shaped like `exercises/` (whole or part, or above it), a zip of one, a
    notebook that defines the functions, or a step's modules as they are. Where there are modules, a notebook in the
    step's folder gives what is not written in them. Where there are none, one zip in it is opened (but none in that
    one), and a notebook beside the zip gives what the zip leaves out.

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
        with zip_entries(lambda: open_regular(path)) as entries:
            files, warnings = _from_entries(entries, course, path.stem)
    elif suffix == ".ipynb":
        files, warnings = read_notebook(read_regular(path, MAX_NOTEBOOK), path.resolve().as_posix(), course)
    elif suffix == ".py":
        entry = file_entry(path, path.name, path.stat().st_size)
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
    modules = {f"{name}.py" for step in course.steps for name in module_names(course, step)}
    return any((folder / module).is_file() for module in modules)


def _digest(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        for part in (name.encode(), content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _from_entries(entries: list[Entry], course: Course, outer: str) -> tuple[dict[str, bytes], list[str]]:
    _refuse_a_class(entries)
    zips = [e for e in entries if e.kind == "file" and e.path.lower().endswith(".zip") and not is_junk(e.parts)]
    if not zips or has_modules(entries, course, outer):
        return merge_parts(read_parts(entries, course, outer), course, outer)
    if len(zips) > 1:
        names = " and ".join(shown(one.path) for one in zips[:2]) + (", …" if len(zips) > 2 else "")
        raise SubmissionError(f"holds {len(zips)} zips ({names}): leave one; {SEVERAL}")
    return _from_zip_within(zips[0], [entry for entry in entries if entry is not zips[0]], course, outer)


def _refuse_a_class(entries: list[Entry]) -> None:
    """Refuses what Moodle gives staff to download: a folder for each learner."""
    named = (part.partition("_assignsubmission_") for entry in entries for part in entry.parts[:-1])
    if len(learners := sorted({name for name, mark, _ in named if mark})) > 1:
        raise SubmissionError(f"holds several learners' work ({shown(learners[0])}, …): {SEVERAL}")


def _from_zip_within(
    archive: Entry, rest: list[Entry], course: Course, outer: str
) -> tuple[dict[str, bytes], list[str]]:
    """The files of the one zip in a folder or zip, completed from the notebooks beside it, and all warnings."""
    name, stem = shown(archive.path), Path(archive.path).stem
    beside = read_beside(rest, course, outer)
    notebooks = beside.notebooks | beside.elsewhere
    try:
        inner = stem if any(stem == step.folder for step in course.steps) else outer
        with zip_entries(archive.open) as entries:
            files, warnings = merge_parts(read_parts(entries, course, inner), course, inner)
    except NothingToGrade as error:
        if not notebooks:
            raise NothingToGrade(f"{name}: {error}") from None
        files, warnings = merge_parts(beside, course, outer)
        return files, [*warnings, f"{name} is not graded: it {error}"]
    except SubmissionError as error:
        raise SubmissionError(f"{name}: {error}") from None
    warnings += beside.warnings
    for path, data in notebooks.items():
        try:
            notebook = parse_notebook(data, course)
            step = step_of(notebook, f"{outer}/{path}", course)
        except NothingToGrade:
            continue
        except SubmissionError as error:
            warnings.append(f"{shown(path)} {error}; it is not graded")
            continue
        if _are_apart(archive.path, path):
            raise SubmissionError(f"holds {name} and {shown(path)}: leave one; {SEVERAL}")
        files, told = _with_notebook(files, notebook, course, step)
        warnings += [f"{shown(path)} {line}" for line in told]
    return files, warnings


def _are_apart(one: str, other: str) -> bool:
    """Whether two files lie in different folders side by side: they may be of two learners."""
    return "/" in one and "/" in other and one.split("/")[0] != other.split("/")[0]


def merge_parts(parts: Parts, course: Course, outer: str) -> tuple[dict[str, bytes], list[str]]:
    """The modules that are graded, completed from the notebooks, and all warnings.

    Raises SubmissionError when there is nothing to grade. `outer`: the name of the folder or zip.
    """
    notebooks = parts.notebooks | parts.elsewhere
    if not parts.modules and len(notebooks) == 1:
        [(name, data)] = notebooks.items()
        files, warnings = read_notebook(data, f"{outer}/{name}", course)
        return files, parts.warnings + warnings
    files, warnings = dict(parts.modules), list(parts.warnings)
    for step in course.steps:
        beside = {name: data for name, data in parts.notebooks.items() if name.startswith(f"{step.folder}/")}
        for name, data in beside.items():
            try:
                notebook = parse_notebook(data, course)
            except SubmissionError as error:
                warnings.append(f"{shown(name)} {error}; it is not graded")
                continue
            files, told = _with_notebook(files, notebook, course, step)
            warnings += [f"{shown(name)} {line}" for line in told]
    warnings += _elsewhere_warnings(parts.elsewhere, course)
    if not files:
        raise nothing_to_grade(course, [*warnings, *([SEVERAL] if len(parts.elsewhere) > 1 else [])])
    return files, warnings


def _with_notebook(
    files: dict[str, bytes], notebook: Notebook, course: Course, step: Step
) -> tuple[dict[str, bytes], list[str]]:
    """The files with what the notebook gives to the step, and what to tell of it."""
    own = {name: content for name, content in files.items() if name.startswith(f"{step.folder}/")}
    told: list[str] = []
    if notebook.warnings and still_stubs(course, step, own):  # a broken cell may hold what is missing
        told = notebook.warnings
    if not notebook.exercises(step):
        return files, told
    completed = complete_modules(notebook, course, step, own)
    if completed.kept:
        told = [*told, f"defines {_listed(completed.kept)}: the modules were graded; to have the notebook graded, hand "
                "it in by itself"]  # fmt: skip
    if not completed.taken:
        return files, told
    if len(still_stubs(course, step, own)) < len(step.exercises):  # what counts comes from both
        told = [f"gave {', '.join(completed.taken)}; the modules gave the rest", *told]
    return files | completed.files, [*told, *completed.warnings]


def _elsewhere_warnings(notebooks: dict[str, bytes], course: Course) -> list[str]:
    """Work done in a notebook that is in no step's folder is not graded; its author must hear of it."""
    warnings = []
    for path, data in notebooks.items():
        try:
            notebook = parse_notebook(data, course)
        except SubmissionError:
            continue
        if names := sorted(set().union(*(notebook.exercises(step) for step in course.steps))):
            warnings.append(f"{shown(path)} defines {_listed(names)} but is not graded: put it in its step's folder, "
                            "or hand it in by itself")  # fmt: skip
    return warnings


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
