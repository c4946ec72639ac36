"""A course of one step, or one more step of a course, from the files in `scaffold/`.

In the scaffold's paths and texts `stepNN_folder`, `stepNN`, `{{title}}` and the like are filled in. Stubs are made from
the solutions, as always. Everything is made elsewhere and moved into place at the end, or not at all.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from autograder.course import CONFIGS, Course, CourseError, find_root, load_course
from autograder.files import write_atomic
from autograder.upkeep import write_stubs

SCAFFOLD = Path(__file__).with_name("scaffold")
TAKEN = {"kit", "checkpoints", "pictures"}  # folders beside those of the steps
ESCAPED = {".toml", ".ipynb"}  # in which texts stand between double quotes

_ID = re.compile(r"[A-Za-z0-9]{1,12}")
_FOLDER = re.compile(r"[a-z][a-z0-9_]*")


class NewError(Exception):
    """Nothing was made; the text says why, and what to do."""


@dataclass(frozen=True)
class _StepNames:
    id: str
    title: str
    folder: str

    @property
    def places(self) -> tuple[str, ...]:
        """What is a step's own, below the course's root."""
        tests = (f"tests/{kind}/step{self.id}" for kind in ("public", "hidden", "banks"))
        return (f"reference/{self.folder}", f"exercises/{self.folder}", *tests, f"{CONFIGS}/step{self.id}.toml")


def new_course(place: Path, title: str | None, step_title: str) -> Course:
    """Write a course of one step to `place`, which must be new or empty. Raises NewError, with nothing written."""
    _refuse_place(place)
    title = _checked_title(title if title is not None else _words(place.name).capitalize() or "A course")
    with _staged(title, _step_names("00", step_title, None)) as stage:
        made = not place.exists()
        try:
            place.mkdir(exist_ok=True)
            _move(stage, place, sorted(path.name for path in stage.iterdir()))
        except BaseException:
            if made:
                with suppress(OSError):
                    place.rmdir()
            raise
    return load_course(place)


def new_step(course: Course, id: str | None = None, title: str | None = None, folder: str | None = None) -> Course:
    """Add a step to `course`; the course as it is now. Raises NewError, with everything as it was."""
    id = id if id is not None else _next_id(course)
    names = _step_names(id, title if title is not None else f"Step {id}", folder)
    _refuse_step(course, names)
    with _staged(course.title, names) as stage:
        _move(stage, course.root, names.places, lambda: _list_step(course, names.id))
    return load_course(course.root)


# ---------------------------------------------------------------- what is refused


def _refuse_place(place: Path) -> None:
    if not SCAFFOLD.is_dir():
        raise NewError("the engine in a learners' copy cannot begin a course: use one that staff have")
    if not place.parent.is_dir():
        raise NewError(f"there is no folder {place.parent}: create it first")
    if place.exists() and not place.is_dir():
        raise NewError(f"{place} is not a folder: name a new one")
    if place.exists() and any(place.iterdir()):
        raise NewError(f"{place} is not empty: name a new folder")
    with suppress(CourseError):
        raise NewError(f"{place} lies inside the course {find_root(place)}: name a folder outside of it")


def _checked_title(title: str) -> str:
    if not title.strip() or not title.isprintable():
        raise NewError(f"{title!r} is no title: write some words, in one line")
    return title.strip()


def _step_names(id: str, title: str, folder: str | None) -> _StepNames:
    if not _ID.fullmatch(id):
        raise NewError(f"{id!r} is no id of a step: use a few letters or digits, such as 03")
    title = _checked_title(title)
    own = "_".join(_words(title).split())
    if folder is None:
        folder = f"step{id.lower()}" + (f"_{own}" if own and own != f"step_{id.lower()}" else "")
    if not _FOLDER.fullmatch(folder) or folder in TAKEN:
        raise NewError(
            f"{folder!r} is no folder for a step: use lower-case letters, digits and _, such as step{id}_sums"
        )
    return _StepNames(id, title, folder)


def _refuse_step(course: Course, names: _StepNames) -> None:
    for step in course.steps:
        if step.id.lower() == names.id.lower():
            raise NewError(f"there is a step {step.id} already ({step.title}): choose another id")
    for place in names.places:
        if (course.root / place).exists():
            raise NewError(f"{course.root / place} is there already: move it, or choose another id or folder")


# ---------------------------------------------------------------- names


def _words(text: str) -> str:
    """The letters and digits of a text, in lower case and ASCII, in words."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def _next_id(course: Course) -> str:
    numbers = [int(step.id) for step in course.steps if step.id.isdecimal()]
    return f"{max(numbers, default=-1) + 1:02}"


# ---------------------------------------------------------------- files


@contextmanager
def _staged(title: str, step: _StepNames) -> Iterator[Path]:
    """A whole course of this one step in a folder that vanishes; trouble with the disk there or inside is NewError."""
    try:
        with tempfile.TemporaryDirectory(prefix="lmi-new-") as folder:
            stage = Path(folder)
            course_words = {"title": title, "id": step.id, "name": "-".join(_words(title).split()) or "course"}
            _fill("course", stage, course_words, step)
            _fill("step", stage, course_words | {"title": step.title}, step)
            _pin(stage)
            write_stubs(load_course(stage))
            yield stage
    except OSError as error:
        raise NewError(f"{error.filename or 'the course'} cannot be written: {error.strerror or error}") from None


def _fill(part: str, stage: Path, words: Mapping[str, str], step: _StepNames) -> None:
    """The files of `scaffold/<part>` below `stage`, with words and names filled in."""
    for source in sorted((SCAFFOLD / part).rglob("*")):
        if not source.is_file() or source.suffix == ".pyc":
            continue
        name = _named(source.relative_to(SCAFFOLD / part).as_posix(), step)
        text = _named(source.read_text(encoding="utf-8"), step)
        for word, value in words.items():
            escaped = json.dumps(value, ensure_ascii=False)[1:-1] if source.suffix in ESCAPED else value
            text = text.replace(f"{{{{{word}}}}}", escaped)
        target = stage / (".gitignore" if name == "gitignore" else name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


def _named(text: str, step: _StepNames) -> str:
    return text.replace("stepNN_folder", step.folder).replace("stepNN", f"step{step.id}")


def _pin(stage: Path) -> None:
    """What pyproject.toml lists, in constraints.txt, in the versions that are installed here."""
    project = tomllib.loads((stage / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = []
    for requirement in sorted([*project["dependencies"], *project["optional-dependencies"]["staff"]]):
        name = re.split(r"[^\w.-]", requirement)[0]
        with suppress(metadata.PackageNotFoundError):
            pins.append(f"{name}=={metadata.version(name).partition('+')[0]}")
    file = stage / "constraints.txt"
    file.write_text(file.read_text(encoding="utf-8").replace("{{versions}}", "\n".join(pins)), encoding="utf-8")


def _list_step(course: Course, id: str) -> None:
    """The id at the end of `steps` in course.toml; comments and the rest stay as they are."""
    import tomlkit

    file = course.root / CONFIGS / "course.toml"
    listing = tomlkit.parse(file.read_bytes().decode("utf-8"))
    listing["steps"].append(id)
    write_atomic(file, tomlkit.dumps(listing))


def _move(stage: Path, root: Path, names: Sequence[str], then: Callable[[], None] = lambda: None) -> None:
    """Move what `names` lists from `stage` to `root`, and do `then`; if anything fails, take it all away again."""
    moved: list[Path] = []
    try:
        for name in names:
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            moved.append(target)
            shutil.move(stage / name, target)
        then()
    except BaseException:
        for target in moved:
            shutil.rmtree(target, ignore_errors=True) if target.is_dir() else target.unlink(missing_ok=True)
            with suppress(OSError):  # it holds something else
                target.parent.rmdir()
        raise
