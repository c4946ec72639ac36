"""What a submission's result depends on, beside the submission: the engine, what is installed, the course, settings.

A course is taken apart by steps, so that a change of one step's tests touches what was graded on that step alone.
**A file belongs to a step when its path names exactly one**: `tests/hidden/step03/…`, `reference/step03_…/…`,
`exercises/kit/step03/…`, `reference/checkpoints/step03.json`. Every other file belongs to all. A step also depends on
each step that its files name (`step05` anywhere in code, JSON or TOML), and on those that are named in turn by these,
or by a module of all steps whose name occurs in them; code that puts such a name together (`f"step{id}"`) depends on
all. So what is not sure counts as touched. Nothing below a step is told apart: within a guest one exercise could keep
something for the next.
"""

from __future__ import annotations

import ast
import hashlib
import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from autograder.course import CONFIGS, Course, load_course

ENGINE = Path(__file__).parents[1]
FOLDERS = ("exercises", "reference", "tests", CONFIGS)
AT_ROOT = {".py", ".toml", ".ini", ".cfg"}  # pytest and Python read these at a course's root
SAYS = {".py", ".json", ".toml"}  # files whose text may lead to another step's
NAMES = "named.json"  # what is said of results, and changes none
APART = ("tests/engine", "tests/benchmarks", "reference/training")  # never used in grading, unless code says its name
UNNAMED = {"__init__", "conftest"}  # modules that come without being named
NO_SETTING = {"LMI_SALT"}  # a submission's seed has it in itself
BUILT = re.compile(r"""step\{|["']step["']\s*[+%]|["']step%|glob\(["'][^"']*step\*""")  # a name that code puts together

Digests = dict[str, str]


@dataclass(frozen=True)
class CourseFiles:
    """The digest of each file of a course, by the step whose it is ("" for all steps'), and who depends on whom."""

    files: Mapping[str, Digests]
    needs: Mapping[str, frozenset[str]]

    def of(self, step: str) -> Digests:
        """Path → digest of every file that results of this step may depend on."""
        return {path: digest for owner in ("", *sorted(self.needs[step])) for path, digest in self.files[owner].items()}


@lru_cache(maxsize=1)
def course_files(root: Path, run: str) -> CourseFiles:
    """The course's files as this process finds them when it first asks in this run."""
    course = load_course(root)
    owners = _Owners(course)
    files: dict[str, Digests] = {owner: {} for owner in ("", *(step.id for step in course.steps))}
    texts: dict[str, list[str]] = {step.id: [] for step in course.steps}  # of a step, or of a module of all steps'
    for path, data in _counted(root):
        owner = owners.of(path)
        files[owner][path] = hashlib.sha256(data).hexdigest()
        if owner and Path(path).suffix in SAYS:
            texts[owner].append(data.decode("utf-8", "replace"))
        elif path.endswith(".py"):
            texts[path] = [_without_docstrings(data.decode("utf-8", "replace"))]
    named = owners.named_by({name: "\n".join(parts) for name, parts in texts.items()})
    ids = {step.id for step in course.steps}
    return CourseFiles(files, {id: frozenset(_reached(id, named) & ids) for id in ids})


class _Owners:
    """Which step a path, or a text, is about."""

    def __init__(self, course: Course):
        self._ids = [step.id for step in course.steps]
        self._folders = {step.folder: step.id for step in course.steps}
        names = sorted((*self._ids, *self._folders), key=len, reverse=True)
        ids = "|".join(re.escape(id) for id in sorted(self._ids, key=len, reverse=True))
        self._step = re.compile(rf"step({ids})(?![A-Za-z0-9])")
        self._folder = re.compile("|".join(re.escape(name) for name in names if name in self._folders))

    def of(self, path: str) -> str:
        """The one step that the path names; "" for none, or for several."""
        found = self.named_in(path)
        return found.pop() if len(found) == 1 else ""

    def named_in(self, text: str) -> set[str]:
        found = {match[1] for match in self._step.finditer(text)}
        return found | {self._folders[match[0]] for match in self._folder.finditer(text)}

    def named_by(self, texts: Mapping[str, str]) -> dict[str, set[str]]:
        """Step, or module of all steps', → those of both that its text names, or may name."""
        modules = {path: Path(path).stem for path in texts if path.endswith(".py")}
        always = {path for path, stem in modules.items() if stem in UNNAMED}
        by_stem = {stem: {path for path in modules if modules[path] == stem} for stem in modules.values()}
        named = {}
        for name, text in texts.items():
            words = set(re.findall(r"\w+", text))
            found = self._ids if BUILT.search(text) else self.named_in(text)
            named[name] = always.union(found, *(by_stem[stem] for stem in by_stem.keys() & words))
        return named


def _without_docstrings(text: str) -> str:
    """Code as Python has it without what only people read; as it is where that cannot be told."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return text
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = None
    return ast.unparse(tree)


def _reached(start: str, named: Mapping[str, set[str]]) -> set[str]:
    found, todo = set[str](), {start}
    while todo:
        one = todo.pop()
        found.add(one)
        todo |= named[one] - found
    return found


def _counted(root: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a course that grading may read, by their path from its root."""
    found = {path.relative_to(root).as_posix(): path for path in _files(root) if path.name != NAMES}
    apart = {name: path for name, path in found.items() if name.startswith(tuple(f"{place}/" for place in APART))}
    texts = []
    for name in sorted(found.keys() - apart.keys()):
        data = found[name].read_bytes()
        yield name, data
        if name.endswith(".py"):
            texts.append(data)
    code = b"\n".join(texts)
    for place in APART:
        if place.encode() in code or place.replace("/", ".").encode() in code:
            yield from ((name, apart[name].read_bytes()) for name in sorted(apart) if name.startswith(f"{place}/"))


def _files(root: Path) -> Iterator[Path]:
    yield from (path for path in root.iterdir() if path.suffix in AT_ROOT and path.is_file())
    for folder in FOLDERS:
        yield from _below(root / folder)


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        yield from (Path(place, name) for name in names if not name.startswith("."))


def digest_of(parts: object) -> str:
    """A digest of what has a text of its own: strings, numbers, and lists, tuples and dictionaries of these."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@cache
def engine_digest() -> str:
    """Of the source that grades: code, templates, whatever lies in its folder."""
    texts = ((path.relative_to(ENGINE).as_posix(), path) for path in sorted(_below(ENGINE)))
    return digest_of([(name, hashlib.sha256(path.read_bytes()).hexdigest()) for name, path in texts])


@cache
def installed() -> str:
    """A digest of Python and of every package that is installed beside it, with its version."""
    found = {place.name for entry in sys.path if Path(entry).is_dir() for place in Path(entry).glob("*.dist-info")}
    return digest_of([sys.version, platform.system(), platform.machine(), sorted(found)])


def settings_digest(times: bool = True) -> str:
    """Of the environment's LMI_ settings, and of what lies in the folders that they name: names, sizes and times.

    Copies on several machines have other times: without `times` these do not count.
    """
    names = sorted(name for name in os.environ if name.startswith("LMI_") and name not in NO_SETTING)
    return digest_of([(name, os.environ[name], _listing(os.environ[name], times)) for name in names])


def _listing(named: str, times: bool) -> Sequence[tuple[str, int, int]]:
    if not named or not Path(named).is_dir():
        return []
    return sorted(_looks(_below(Path(named)), times))


def _looks(paths: Iterable[Path], times: bool) -> Iterator[tuple[str, int, int]]:
    for path in paths:
        found = path.stat()
        yield str(path), found.st_size, found.st_mtime_ns if times else 0
