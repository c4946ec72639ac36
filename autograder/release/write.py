"""The learners' distribution: stubs, lessons, kit, public tests and the engine, and nothing that gives answers away."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

import autograder
from autograder.course import Course, Step, pristine_folder, stub_texts
from autograder.release.colab import badge, repository_name, with_address, with_badge
from autograder.release.leaks import leaks
from autograder.release.packages import constraints
from autograder.submission import LESSON, OTTER_TESTS

__all__ = ["ReleaseError", "leaks", "release"]

MARKER = ".lmi-release.json"
TEMPLATE = "grading_configs/release/README.md"
WORKFLOW = "grading_configs/github/classroom.yml"
CACHES = frozenset({"__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache", ".ipynb_checkpoints"})

_FOLDERS = ("exercises/kit", "exercises/live", "tests/public")
_STAFFS_ENGINE = "new/scaffold/"  # a solution and a hidden test to begin with, which some course may still have
_FILES = (
    "grading_configs/course.toml",
    "tests/conftest.py",
    "pyproject.toml",
    "constraints.txt",
    "LICENSE",
    ".gitignore",
)


OTTER = """## Otter-Grader

This copy works with Otter-Grader: each step's `lesson.ipynb` checks every exercise with Otter's `grader.check`, and its
last cell packs the notebook and the modules into `lesson_DATE.zip`. Hand that in instead of what `lmi submit` makes.

"""


class ReleaseError(Exception):
    """The release was not written; what was there before is as it was."""


@dataclass(frozen=True)
class _Options:
    """What a release may have besides."""

    repository: str | None
    otter: bool


def release(course: Course, out: Path, repository: str | None = None, *, otter: bool = False) -> list[str]:
    """Writes the learners' distribution to the folder `out`; returns the paths in it.

    `repository` is the address on GitHub at which learners will find it: with it the notebooks open on Colab. With
    `otter` they check and hand in with Otter-Grader.
    `out` must be new, empty, or an earlier release of which no file was changed. Files added to an earlier release
    (its `.git`, say) stay. Raises ReleaseError, leaving everything as it was, when it cannot be written or when it
    would give an answer away.
    """
    out = Path(os.path.abspath(out))
    if not course.has_solutions:
        raise ReleaseError(f"{course.root} is a release itself: make releases in the staff's checkout")
    if repository is not None:
        _refuse_address(repository)
    earlier = _earlier_files(out)
    _refuse_place(course, out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as workplace:
            new = Path(workplace) / "new"
            written = _build(course, new, _Options(repository, otter))
            if found := leaks(course, new):
                raise ReleaseError(
                    "\n".join(["the release would give answers away:", *(f"  {leak}" for leak in found)])
                )
            if out.exists():
                _carry_over(out, new, set(earlier))
            _swap(new, out, Path(workplace) / "old")
    except OSError as error:
        raise ReleaseError(f"{out} cannot be written: {error}") from error
    return written


def _earlier_files(out: Path) -> dict[str, str]:
    """Path → checksum of the earlier release at `out`; refuses a folder that would lose something."""
    if not os.path.lexists(out) or (out.is_dir() and not out.is_symlink() and not any(out.iterdir())):
        return {}
    if out.is_symlink() or not out.is_dir():
        raise ReleaseError(f"{out} is not a folder: name a new one")
    try:
        files: dict[str, str] = json.loads((out / MARKER).read_text())["files"]
    except FileNotFoundError:
        raise ReleaseError(f"{out} is not empty and not an earlier release: name a new folder") from None
    except (ValueError, KeyError, TypeError):
        raise ReleaseError(f"{out / MARKER} cannot be understood: name a new folder") from None
    changed = [name for name, digest in files.items() if (out / name).is_file() and _checksum(out / name) != digest]
    if changed:
        names = ", ".join(changed[:3]) + (", …" if len(changed) > 3 else "")
        raise ReleaseError(f"{out} holds released files that were changed since ({names}): name a new folder")
    return files


def _refuse_place(course: Course, out: Path) -> None:
    for part in ("exercises", "reference", "tests", "autograder", "grading_configs"):
        if out.resolve().is_relative_to(course.root / part):
            raise ReleaseError(f"{out} is inside the course's own {part}/: name a folder elsewhere")


def _refuse_address(repository: str) -> None:
    try:
        repository_name(repository)
    except ValueError as error:
        raise ReleaseError(str(error)) from None


def _build(course: Course, new: Path, options: _Options) -> list[str]:
    written: dict[str, str] = {}
    for name, content in _contents(course, options):
        path = new / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            shutil.copy(content, path)
        written[name] = _checksum(path)
    marker = {"course": course.title, "version": course.version, "files": written}
    (new / MARKER).write_text(json.dumps(marker, indent=1))
    return sorted(written)


def _contents(course: Course, options: _Options) -> Iterator[tuple[str, bytes | Path]]:
    """Path in the release → its bytes, or the file to copy."""
    for name in _FILES:
        if (course.root / name).is_file():
            yield name, course.root / name
    yield from ((f"exercises/{page.name}", page) for page in sorted((course.root / "exercises").glob("*.md")))
    for name in _FOLDERS:
        yield from ((f"{name}/{inner}", file) for inner, file in files_below(course.root / name))
    engine = course.root / "autograder"
    engine = engine if engine.is_dir() else Path(autograder.__file__).parent
    for inner, file in files_below(engine):
        if not inner.startswith(_STAFFS_ENGINE):
            yield f"autograder/{inner}", file
    for step in course.steps:
        yield course.manifest(step).relative_to(course.root).as_posix(), course.manifest(step)
        for inner, file in files_below(course.exercises_folder(step)):
            name = f"exercises/{step.folder}/{inner}"
            if inner == LESSON:
                yield name, _notebook(file, step, name, options)
            elif file.suffix != ".py":
                yield name, file
        if options.otter:
            yield from _otter_tests(course, step)
        for file_name, text in stub_texts(course, step).items():
            yield f"exercises/{step.folder}/{file_name}", text.encode()
            yield f"{pristine_folder(Path(), step).as_posix()}/{file_name}", text.encode()
    if (course.root / WORKFLOW).is_file():
        yield f".github/workflows/{Path(WORKFLOW).name}", course.root / WORKFLOW
    yield "README.md", _readme(course, options).encode()


def _notebook(file: Path, step: Step, name: str, options: _Options) -> bytes:
    notebook = file.read_bytes()
    try:
        if options.otter:
            from autograder.release.otter_notebook import otter_notebook

            notebook = otter_notebook(notebook, step)
        if options.repository:
            notebook = with_badge(with_address(notebook, options.repository), options.repository, name)
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"{file} cannot be made ready for learners: {error}") from None
    return notebook


def _otter_tests(course: Course, step: Step) -> Iterator[tuple[str, bytes]]:
    from autograder.release.otter_tests import CollectionError, learners_files

    try:
        files = learners_files(course, step)
    except CollectionError as error:
        raise ReleaseError(str(error)) from None
    yield from ((f"exercises/{step.folder}/{OTTER_TESTS}/{name}", text.encode()) for name, text in files.items())


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not CACHES & set(inner.parts) and path.suffix != ".pyc":
            yield inner.as_posix(), path


def _readme(course: Course, options: _Options) -> str:
    template = course.root / TEMPLATE
    if not template.is_file():
        raise ReleaseError(f"{template} is missing: it is what the learners' README is made from")
    first = course.exercises[0]
    module = course.stub_path(first).relative_to(course.root)
    rows = [f"| {step.id} | {step.title} | {step.idea} | {_where(course, step, options.repository)} | {step.points:g} |"
            for step in course.steps]  # fmt: skip
    values = {
        "title": course.title,
        "version": course.version,
        "steps": "\n".join(rows),
        "first_step": course.steps[0].id,
        "first_folder": module.parent.as_posix(),
        "first_module": module.as_posix(),
        "first_exercise": first.id,
        "torch": constraints(course).get("torch", "torch"),
        "otter": OTTER if options.otter else "",
    }
    try:
        return Template(template.read_text(encoding="utf-8")).substitute(values)
    except (KeyError, ValueError) as error:
        raise ReleaseError(f"{template} has an unknown $name ({error}): known are {', '.join(values)}") from None


def _where(course: Course, step: Step, repository: str | None) -> str:
    """A link to the step's folder, and the badge of its notebook where Colab can find it."""
    folder = f"exercises/{step.folder}"
    notebook = f"{folder}/{LESSON}"
    opened = f" {badge(repository, notebook)}" if repository and (course.root / notebook).is_file() else ""
    return f"[`{folder}`]({folder}){opened}"


def _carry_over(old: Path, new: Path, released: set[str]) -> None:
    """What was added to an earlier release goes on into the new one."""

    def ignore(folder: str, names: list[str]) -> set[str]:
        inner = Path(folder).relative_to(old)
        ours = released | {MARKER}
        return {
            name for name in names if name in CACHES or name.endswith(".egg-info") or (inner / name).as_posix() in ours
        }

    def link(source: str, target: str) -> None:
        if os.path.lexists(target):
            name = Path(target).relative_to(new)
            raise ReleaseError(f"{old / name} is not of the earlier release and now in the way: move it")
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError:
            shutil.copy2(source, target)

    shutil.copytree(old, new, symlinks=True, ignore=ignore, copy_function=link, dirs_exist_ok=True)


def _swap(new: Path, out: Path, old: Path) -> None:
    if not out.exists():
        os.rename(new, out)
        return
    os.rename(out, old)
    try:
        os.rename(new, out)
    except BaseException:
        os.rename(old, out)
        raise


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
