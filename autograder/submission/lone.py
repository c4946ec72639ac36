"""Whose a file of a class is and what it was called before a platform or a browser renamed it."""

from __future__ import annotations

import re
import unicodedata

from autograder.course import Course
from autograder.submission.places import module_names

_CANVAS = re.compile(r"(?P<whose>.+?_(?P<id>\d+))_\d+(?:_(?P<file>.*)|$)", re.DOTALL)  # login[_LATE]_user_file_name
_MOODLE = re.compile(r"(?P<whose>.+?_(?P<id>\d+))_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*)|$)", re.DOTALL)
_COPY = re.compile(r"(?i)(?:\s*\(\d+\)|[-_ ]+(?:copy|copie|kopie|copia)(?:[ _]?\(?\d+\)?)?|-\d{1,2})$")
_COPY_OF = re.compile(r"(?i)^(?:copy of|copie de|kopie von|copia de)[ _]+|^copy[ _]of[ _]+")


def platforms(stem: str) -> re.Match[str] | None:
    """The name that Canvas or Moodle gave, taken apart: `whose`, its number `id`, and `file`; None for another."""
    return _MOODLE.match(stem) or _CANVAS.match(stem)


def without_copy_marks(stem: str) -> str:
    """`images (1)`, `Copy of images`, `images-1` → `images`."""
    before = None
    while before != stem:
        before, stem = stem, _COPY_OF.sub("", _COPY.sub("", stem))
    return stem


def lone_name(name: str, course: Course) -> str:
    """What a module was called before: `carol_103_9003_images-1.py` was `images.py`, if the course has that."""
    module = _module(name.removesuffix(".py"), course)
    return f"{module}.py" if module else name


def is_module(name: str, course: Course) -> bool:
    """Whether a file is called like a module of the course."""
    return any(name == f"{module}.py" for step in course.steps for module in module_names(course, step))


def owner(stem: str, course: Course) -> str:
    """Whose file it is, as far as its name says: two with the same one are of one learner."""
    stem = unicodedata.normalize("NFC", stem)
    if found := platforms(stem):
        return re.sub(r"_late(?=_\d+$)", "", found["whose"], flags=re.IGNORECASE)
    stem = without_copy_marks(stem)
    module = _module(stem, course)
    return stem[: len(stem) - len(module)].rstrip("_-. ") if module else stem


def _module(stem: str, course: Course) -> str | None:
    """The course's module that the name ends with."""
    found = platforms(stem)
    stem = without_copy_marks(found["file"] or "" if found else stem)
    modules = {name for step in course.steps for name in module_names(course, step)}
    ending = [name for name in modules if stem == name or re.search(rf"[-_. ]{re.escape(name)}$", stem)]
    return max(ending, key=len, default=None)
