"""What a learner hands in, packed: the modules of the steps, and the notebooks that hold functions of exercises; and a
word on what is not begun yet."""

from __future__ import annotations

import ast
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from autograder.course import Course, Step
from autograder.files import write_atomic
from autograder.submission.entries import Entries, SubmissionError, folder_entries
from autograder.submission.modules import make_modules
from autograder.submission.parts import Parts, nothing_to_grade, read_parts
from autograder.submission.pieces import Notebook, Pieces, read_pieces
from autograder.submission.written import still_stubs

COMMENT = b"made by lmi submit"
LONGEST_LIST = 10  # ids of one step
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same work gives the same bytes, whenever it is packed


class SubmitError(Exception):
    """Nothing was packed, and why; a file that was there is as it was."""


@dataclass(frozen=True)
class Packed:
    """A submission's zip: what is in it, exercises that are still stubs, and what the learner should know.

    `begun`: the ids of the steps in which something is written. `made`: of the steps of which a notebook gives
    functions, the modules (path → source) as they will be graded.
    """

    path: Path
    files: list[str]
    not_started: list[str]
    begun: set[str]
    warnings: list[str]
    made: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def __str__(self) -> str:
        count = "one file" if len(self.files) == 1 else f"{len(self.files)} files"
        lines = [f"{self.path} is ready to hand in: {count}.", *self.warnings]
        if self.not_started:
            lines.append("Not started yet:")
        for step, group in groupby(self.not_started, key=lambda id: id.partition(".")[0]):
            ids = list(group)
            lines.append(f"  step {step}: {_listed(ids) if step in self.begun else f'all {len(ids)}'}")
        return "\n".join(lines)


def _listed(ids: Sequence[str]) -> str:
    more = len(ids) - LONGEST_LIST
    return ", ".join(ids[:LONGEST_LIST]) + (f" and {more} more" if more > 0 else "")


def pack_submission(course: Course, steps: Sequence[Step | str] | None, out_zip: Path) -> Packed:
    """Packs the modules and notebooks of the steps (all when None or empty) into `out_zip`, whole or not at all.

    Of the notebooks only those that define what an exercise asks for, without outputs.
    Raises SubmitError when there is nothing to pack or `out_zip` is a file that `lmi submit` did not make.
    """
    chosen = [course.step(step) if isinstance(step, str) else step for step in steps or course.steps]
    out_zip = Path(out_zip)
    _refuse_overwriting(out_zip)
    folder = course.root / "exercises"
    try:
        entries = Entries(folder.name, folder_entries(folder))
        parts = _of_steps(chosen, read_parts(entries, course), course)
        pieces = read_pieces(parts, course)
        merged, warnings = make_modules(pieces, course)
    except SubmissionError as error:
        raise SubmitError(f"exercises/ {error}") from None
    files = parts.modules | _notebooks_with_work(pieces, chosen)
    warnings = [warning for warning in warnings if not warning.startswith("ignored")]
    warnings += [message for name, content in parts.modules.items() if (message := _broken(name, content))]
    _write(out_zip, _zipped(files))
    stubs = {step.id: still_stubs(course, step, merged) for step in chosen}
    begun = {step.id for step in chosen if len(stubs[step.id]) < len(step.exercises)}
    graded = {step.id: _in_folder(merged, step) for step in chosen if step.id in begun}
    made = {id: modules for id, modules in graded.items() if modules.keys() - parts.modules.keys()}
    return Packed(out_zip, sorted(files), [id for ids in stubs.values() for id in ids], begun, warnings, made)


def _in_folder(modules: Mapping[str, bytes], step: Step) -> dict[str, bytes]:
    return {name: source for name, source in modules.items() if name.startswith(f"{step.folder}/")}


def _of_steps(steps: Sequence[Step], parts: Parts, course: Course) -> Parts:
    """The parts that belong to the steps. Raises SubmitError when there is none."""
    if not (parts.modules or parts.notebooks or parts.elsewhere):
        raise nothing_to_grade(course, parts.warnings)
    folders = {step.folder for step in steps}
    modules, notebooks = (
        {name: data for name, data in files.items() if name.split("/")[0] in folders}
        for files in (parts.modules, parts.notebooks)
    )
    if not modules and not notebooks:
        raise SubmitError(f"there is nothing to hand in: no .py file in {', '.join(sorted(folders))}")
    return replace(parts, modules=modules, notebooks=notebooks)


def _notebooks_with_work(pieces: Pieces, steps: Sequence[Step]) -> dict[str, bytes]:
    found = {}
    for name, data in pieces.parts.notebooks.items():
        notebook = pieces.notebooks[name]
        if isinstance(notebook, Notebook) and any(
            name.startswith(f"{step.folder}/") and notebook.exercises(step) for step in steps
        ):
            found[name] = _without_outputs(data)
    return found


def _without_outputs(data: bytes) -> bytes:
    notebook = json.loads(data.decode("utf-8-sig"))
    for cell in notebook.get("cells", ()):
        if isinstance(cell, dict) and "outputs" in cell:
            cell |= {"outputs": [], "execution_count": None}
    return json.dumps(notebook, indent=1).encode()


def _broken(name: str, content: bytes) -> str | None:
    try:
        ast.parse(content)
    except SyntaxError as error:
        return f"{name} line {error.lineno} is not valid Python ({error.msg}): nothing in that module can be graded"
    except (ValueError, RecursionError, MemoryError):
        return f"{name} cannot be read by Python: nothing in that module can be graded"
    return None


def _refuse_overwriting(out_zip: Path) -> None:
    if out_zip.is_dir():
        raise SubmitError(f"{out_zip} is a folder: name a file, such as {out_zip / 'submission.zip'}")
    if not out_zip.absolute().parent.is_dir():
        raise SubmitError(f"there is no folder {out_zip.parent}: create it first")
    if not os.path.lexists(out_zip):
        return
    try:
        with zipfile.ZipFile(out_zip) as archive:
            ours = archive.comment == COMMENT
    except (zipfile.BadZipFile, OSError):
        ours = False
    if not ours:
        raise SubmitError(f"{out_zip} is there already and was not made by lmi submit: name another file")


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = COMMENT
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(f"exercises/{name}", EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3  # unix, wherever it is made
            archive.writestr(info, content)
    return packed.getvalue()


def _write(path: Path, content: bytes) -> None:
    try:
        write_atomic(path.absolute(), content)
    except OSError as error:
        raise SubmitError(f"{path} cannot be written: {error.strerror}") from None
