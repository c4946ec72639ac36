"""The lessons' figures: `reference/figures/stepNN.py` draws them, `exercises/stepNN_name/figures/` keeps them.

Each public function that such a module defines draws one figure, without arguments: a matplotlib Figure, or a picture
with PIL's `save`. `figures.json` beside the files has a digest of what each was drawn by, so that one which is out of
date is known without drawing it: of all code of the course that its function leads to, and of the files that the module
names in `DATA`. Fonts and machines do not count.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import Course, CourseError, Problem, Step
from autograder.files import write_atomic
from autograder.upkeep.code_digest import Code
from autograder.upkeep.lesson_figures import page_problems

WHERE = "reference/figures"
SUFFIX = ".webp"
RECORD = "figures.json"


@dataclass(frozen=True)
class Gallery:
    """The figures of one page: who draws them, where they are kept, and the page that shows them."""

    name: str
    module: Path
    folder: Path
    page: Path
    step: Step | None

    def file(self, figure: str) -> Path:
        return self.folder / f"{figure}{SUFFIX}"


@dataclass(frozen=True)
class DrawnFigure:
    """One figure of a gallery after `draw_figures`: drawn, kept as it was, or not drawn because of `problem`."""

    file: Path
    drawn: bool = False
    problem: str | None = None


def galleries(course: Course, steps: Sequence[Step] | None = None) -> list[Gallery]:
    """Those that the course has, of these steps; when `steps` is None of all, and the one of its README."""
    places = [(f"step{step.id}", course.exercises_folder(step), step) for step in steps or course.steps]
    found = [
        Gallery(f"step {step.id}", course.root / WHERE / f"{name}.py", folder / "figures", folder / "README.md", step)
        for name, folder, step in places
    ]
    if steps is None:
        whole = course.root / WHERE / "course.py", course.root / "exercises" / "figures", course.root / "README.md"
        found.append(Gallery("the course", *whole, None))
    return [gallery for gallery in found if gallery.module.is_file()]


def draw_figures(course: Course, gallery: Gallery) -> Iterator[DrawnFigure]:
    """Draw what is missing or out of date, and take away what no function draws; each as it is done."""
    import matplotlib

    matplotlib.use("agg")
    wanted, recorded = _wanted(course, gallery), _recorded(gallery)
    for stray in _strays(gallery, wanted):
        stray.unlink()
    for name, digest in wanted.items():
        file = gallery.file(name)
        if recorded.get(name) == digest and file.is_file():
            yield DrawnFigure(file)
            continue
        try:
            module = importlib.import_module(".".join(gallery.module.relative_to(course.root).with_suffix("").parts))
            write_atomic(file, _webp(getattr(module, name)()))
        except Exception as error:  # whatever a drawing raises: the others are drawn
            yield DrawnFigure(file, problem=f"{type(error).__name__}: {error}")
            continue
        recorded[name] = digest
        kept = {known: recorded[known] for known in wanted if known in recorded}
        write_atomic(gallery.folder / RECORD, json.dumps(kept, indent=1) + "\n")
        yield DrawnFigure(file, drawn=True)


def figure_problems(course: Course, gallery: Gallery) -> list[str]:
    """Figures that are missing, out of date or drawn by nobody, and what the page lacks. Nothing is drawn."""
    wanted, recorded = _wanted(course, gallery), _recorded(gallery)
    again = f"run `lmi figures{' ' + gallery.step.id if gallery.step else ''}`"
    found = [f"{_short(course, stray)}: no function of {_short(course, gallery.module)} draws it: {again}"
             for stray in _strays(gallery, wanted)]  # fmt: skip
    for name, digest in wanted.items():
        if not gallery.file(name).is_file():
            found.append(f"{_short(course, gallery.file(name))} is missing: {again}")
        elif recorded.get(name) != digest:
            found.append(f"{_short(course, gallery.file(name))} is out of date, for what draws it has changed: {again}")
    exercises = [exercise for exercise in gallery.step.exercises if not exercise.bonus] if gallery.step else []
    shown = [gallery.file(name) for name in wanted]
    return [
        *found,
        *(f"{_short(course, gallery.page)}: {said}" for said in page_problems(gallery.page, shown, exercises)),
    ]


def _wanted(course: Course, gallery: Gallery) -> dict[str, str]:
    """Figure → the digest of what draws it, in the order of the module."""
    try:
        tree = ast.parse(gallery.module.read_bytes(), str(gallery.module))
        names = [n.name for n in tree.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]
        code, data = Code(course.root), _data_digest(course, tree)
        digests = {name: code.digest(gallery.module, name) for name in names}
    except (SyntaxError, OSError) as error:
        raise CourseError([Problem(gallery.module, getattr(error, "lineno", None), str(error))]) from None
    return {name: hashlib.sha256(f"{digest} {data}".encode()).hexdigest()[:16] for name, digest in digests.items()}


def _data_digest(course: Course, tree: ast.Module) -> str:
    """Of the files in what a module's `DATA` lists: files and folders, as seen from the course's root."""
    lists = [n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "DATA"]
    whole = hashlib.sha256()
    for place in (course.root / name for value in lists for name in ast.literal_eval(value)):
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        for file in (one for one in files if one.is_file()):
            whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _recorded(gallery: Gallery) -> dict[str, str]:
    try:
        found = json.loads((gallery.folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _strays(gallery: Gallery, wanted: dict[str, str]) -> list[Path]:
    return [file for file in sorted(gallery.folder.glob(f"*{SUFFIX}")) if file.stem not in wanted]


def _webp(picture: Any) -> bytes:
    """A drawing as a WebP file without loss: small for what is drawn with lines, and the same wherever it is shown."""
    buffer = io.BytesIO()
    smallest = {"lossless": True, "quality": 100, "method": 6}
    if hasattr(picture, "savefig"):
        picture.savefig(buffer, format="webp", pil_kwargs=smallest)
    else:
        picture.save(buffer, format="WEBP", **smallest)
    return buffer.getvalue()


def _short(course: Course, file: Path) -> str:
    return file.relative_to(course.root).as_posix()
