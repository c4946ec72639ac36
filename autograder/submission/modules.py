"""The modules that are graded: those handed in, completed from the notebooks of their step and beside a zip."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.course import Course, Step
from autograder.submission.complete import complete_modules
from autograder.submission.entries import SEVERAL, NothingToGrade, SubmissionError, shown
from autograder.submission.misplaced import misplaced
from autograder.submission.parts import nothing_to_grade
from autograder.submission.pieces import Notebook, Pieces
from autograder.submission.written import still_stubs

Files = dict[str, bytes]  # path under exercises/ → source


def make_modules(pieces: Pieces, course: Course) -> tuple[Files, list[str]]:
    """The modules that are graded and all warnings. Raises SubmissionError when there is nothing to grade."""
    return _of_zip(pieces, pieces.within, course) if pieces.within else _of_one(pieces, course)


def _of_one(pieces: Pieces, course: Course) -> tuple[Files, list[str]]:
    """The modules of a folder or zip, each step's completed from the notebooks in its folder; of a lone notebook, those
    of its step."""
    parts = pieces.parts
    if not parts.modules and len(pieces.notebooks) == 1:
        [(path, notebook)] = pieces.notebooks.items()
        files, told = _of_notebook(notebook, f"{parts.outer}/{path}", course, parts.helpers)
        return files, [*parts.warnings, *told]
    files, warnings = dict(parts.modules), list(parts.warnings)
    for step in course.steps:
        for path in [path for path in parts.notebooks if path.startswith(f"{step.folder}/")]:
            files, told = _with_notebook(files, pieces.notebooks[path], course, step)
            warnings += [f"{shown(path)} {line}" for line in told]
    warnings += _elsewhere_warnings(pieces, course)
    warnings += misplaced(course, files, parts.unplaced)
    if not files:
        raise nothing_to_grade(course, [*warnings, *([SEVERAL] if len(parts.elsewhere) > 1 else [])])
    return files, warnings


def _of_notebook(
    notebook: Notebook | SubmissionError, path: str, course: Course, helpers: Files
) -> tuple[Files, list[str]]:
    read = _readable(notebook)
    step = _step_of(read, path, course)
    completed = complete_modules(read, course, step, {f"{step.folder}/{name}": text for name, text in helpers.items()})
    return completed.files, read.warnings + completed.warnings


def _readable(notebook: Notebook | SubmissionError) -> Notebook:
    if isinstance(notebook, SubmissionError):
        raise notebook
    return notebook


def _of_zip(outside: Pieces, inside: Pieces, course: Course) -> tuple[Files, list[str]]:
    """The modules of the zip within, completed from the notebooks beside it; of those alone when it holds none."""
    archive = inside.parts.archive
    try:
        files, warnings = _of_one(inside, course)
    except NothingToGrade as error:
        if not outside.notebooks:
            raise NothingToGrade(f"{shown(archive)}: {error}") from None
        files, warnings = _of_one(outside, course)
        return files, [*warnings, f"{shown(archive)} is not graded: it {error}"]
    except SubmissionError as error:
        raise SubmissionError(f"{shown(archive)}: {error}") from None
    warnings += outside.parts.warnings
    for path, notebook in outside.notebooks.items():
        try:
            step = _step_of(_readable(notebook), f"{outside.parts.outer}/{path}", course)
        except NothingToGrade:
            continue
        except SubmissionError as error:
            warnings.append(f"{shown(path)} {error}; it is not graded")
            continue
        if _are_apart(archive, path):
            raise SubmissionError(f"holds {shown(archive)} and {shown(path)}: leave one; {SEVERAL}")
        files, told = _with_notebook(files, notebook, course, step)
        warnings += [f"{shown(path)} {line}" for line in told]
    return files, warnings


def _are_apart(one: str, other: str) -> bool:
    """Whether two files lie in different folders side by side: they may be of two learners."""
    return "/" in one and "/" in other and one.split("/")[0] != other.split("/")[0]


def _with_notebook(
    files: Files, notebook: Notebook | SubmissionError, course: Course, step: Step
) -> tuple[Files, list[str]]:
    """The files with what the notebook gives to the step, and what to tell of it."""
    if isinstance(notebook, SubmissionError):
        return files, [f"{notebook}; it is not graded"]
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


def _step_of(notebook: Notebook, path: str, course: Course) -> Step:
    """The step in the metadata (`lmi.step`), or that the path names, or that most of the names belong to.

    Raises SubmissionError when that is no single one, NothingToGrade when it defines nothing that an exercise asks for.
    """
    matching = {step.id: len(notebook.exercises(step)) for step in course.steps}
    best = max(matching.values(), default=0)
    if best == 0:
        raise NothingToGrade("; ".join(["defines no function that an exercise asks for", *notebook.warnings]))
    said = notebook.said
    for step in course.steps:
        if matching[step.id] and (said == step.id or (said is None and _names_step(path, step))):
            return step
    most = [id for id, count in matching.items() if count == best]
    if len(most) > 1:
        raise SubmissionError(f"could belong to step {' or '.join(most)}: put step{most[0]} in its file name")
    return course.step(most[0])


def _names_step(path: str, step: Step) -> bool:
    last = path.lower().split("/")[-2:]
    marks = re.compile(rf"{step.folder}|step{step.id}(?!\d)|^{step.id}(?!\d)")
    return any(marks.search(part) for part in last)


def _elsewhere_warnings(pieces: Pieces, course: Course) -> list[str]:
    """Work done in a notebook that is in no step's folder is not graded; its author must hear of it."""
    warnings = []
    for path in pieces.parts.elsewhere:
        notebook = pieces.notebooks[path]
        if isinstance(notebook, SubmissionError):
            continue
        if names := sorted(set().union(*(notebook.exercises(step) for step in course.steps))):
            warnings.append(f"{shown(path)} defines {_listed(names)} but is not graded: put it in its step's folder, "
                            "or hand it in by itself")  # fmt: skip
    return warnings


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
