"""What a learner hands in, packed: the modules of the steps, and a word on what is not begun yet."""

from __future__ import annotations

import ast
import io
import os
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course, Step
from autograder.stubs import stub_texts
from autograder.submission import SubmissionError, read_submission

COMMENT = b"made by lmi submit"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same work gives the same bytes, whenever it is packed


class SubmitError(Exception):
    """Nothing was packed, and why; a file that was there is as it was."""


@dataclass(frozen=True)
class Packed:
    """A submission's zip: what is in it, exercises that are still stubs, and what the learner should know."""

    path: Path
    files: list[str]
    not_started: list[str]
    warnings: list[str]

    def __str__(self) -> str:
        lines = [f"{self.path} is ready to hand in: {len(self.files)} files.", *self.warnings]
        if self.not_started:
            lines.append(f"Not started yet: {', '.join(self.not_started)}")
        return "\n".join(lines)


def pack_submission(course: Course, steps: Sequence[Step | str] | None, out_zip: Path) -> Packed:
    """Packs the modules of the steps (all when None or empty) into `out_zip`, whole or not at all.

    Raises SubmitError when there is nothing to pack or `out_zip` is a file that `lmi submit` did not make.
    """
    chosen = [course.step(step) if isinstance(step, str) else step for step in steps or course.steps]
    out_zip = Path(out_zip)
    _refuse_overwriting(out_zip)
    try:
        submission = read_submission(course.root / "exercises", course)
    except SubmissionError as error:
        raise SubmitError(f"exercises/ {error}") from None
    folders = {step.folder for step in chosen}
    files = {name: content for name, content in submission.files.items() if name.split("/")[0] in folders}
    if not files:
        raise SubmitError(f"there is nothing to hand in: no .py file in {', '.join(sorted(folders))}")
    broken = [message for name, content in files.items() if (message := _broken(name, content))]
    warnings = [warning for warning in submission.warnings if not warning.startswith("ignored")] + broken
    _write(out_zip, _zipped(files))
    not_started = [id for step in chosen for id in still_stubs(course, step, files)]
    return Packed(out_zip, sorted(files), not_started, warnings)


def still_stubs(course: Course, step: Step, files: dict[str, bytes]) -> list[str]:
    """Ids of the step's exercises whose function or class is missing or as it was given out."""
    given = stub_texts(course, step)
    untouched = []
    for exercise in step.exercises:
        module = f"{exercise.module}.py"
        ours = _object(given.get(module, "").encode(), exercise.target)
        theirs = _object(files.get(f"{step.folder}/{module}", b""), exercise.target)
        if theirs is None or theirs == ours:
            untouched.append(exercise.id)
    return untouched


def _object(source: bytes, target: str) -> str | None:
    """The function, class or `Class.method` as a text that ignores comments and spacing; "" when it cannot be read."""
    try:
        nodes: list[ast.stmt] = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    found: ast.stmt | None = None
    for name in target.split("."):
        found = next((node for node in reversed(nodes) if getattr(node, "name", None) == name), None)
        nodes = getattr(found, "body", [])
    return ast.dump(found) if found else None


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
        descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.absolute().parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            os.chmod(draft, 0o644)
            os.replace(draft, path)
        except BaseException:
            os.unlink(draft)
            raise
    except OSError as error:
        raise SubmitError(f"{path} cannot be written: {error.strerror}") from None
