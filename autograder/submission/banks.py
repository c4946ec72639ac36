"""Submissions with a known outcome, made from the solutions and the files of `tests/banks`.

A bank's file replaces a function or two: its text is appended to each module that defines one of them. The first line
of its docstring says what must come out: "right: …", "wrong: … Fails: 00.logits.", the same with "cheat: …" for what
also answers for itself, or "hostile (family): … Says: words."
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from autograder.course import Course, Step
from autograder.submission.mutations import mutations
from autograder.submission.read import Submission

BANKS = Path("tests", "banks")
HEAD = re.compile(
    r"(?P<kind>right|wrong|cheat|hostile)(?: \((?P<family>\w+)\))?: (?P<what>.+?)"
    r"(?: Fails: (?P<fails>[\w., ]+)\.| Says: (?P<says>.+)\.)?",
    re.DOTALL,
)


class BankError(Exception):
    """A bank's file does not say what it is, or replaces nothing."""


@dataclass(frozen=True)
class BankFile:
    """One file of a bank. `fails`: the exercises that must not pass; `says`: words that the report must hold."""

    path: Path
    kind: str
    what: str
    fails: tuple[str, ...]
    says: str | None
    source: str
    family: str | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.path.stem}"

    def is_told(self, report: str) -> bool:
        """Whether a report's text holds what it must, or one of several things: "Says: memory or Took too long."."""
        return self.says is None or any(words in report for words in self.says.split(" or "))


def read_bank(course: Course, folder: str) -> list[BankFile]:
    """The files of `tests/banks/<folder>`, such as "step00/wrong" or "hostile"."""
    return [_read(path) for path in sorted((course.root / BANKS / folder).glob("*.py"))]


def _read(path: Path) -> BankFile:
    source = path.read_text(encoding="utf-8")
    try:
        doc = ast.get_docstring(ast.parse(source)) or ""
    except (SyntaxError, ValueError) as error:
        raise BankError(f"{path}: is not valid Python: {error}") from None
    found = HEAD.fullmatch(" ".join(doc.split("\n\n")[0].split()))
    if not found or found["kind"] != path.parent.name:
        heads = {"right": "right: …", "wrong": "wrong: … Fails: 00.name.", "cheat": "cheat: … Fails: 00.name."}
        expected = heads.get(path.parent.name, "hostile: …")
        raise BankError(f'{path}: the docstring must begin with "{expected}"')
    if found["kind"] in ("wrong", "cheat") and not found["fails"]:
        raise BankError(f"{path}: a wrong solution must say which exercises fail")
    fails = tuple(name.strip() for name in (found["fails"] or "").split(",") if name.strip())
    return BankFile(path, found["kind"], found["what"], fails, found["says"], source, found["family"])


def solutions(course: Course, step: Step) -> dict[str, str]:
    """The solved modules of a step: path below `exercises` → text."""
    return _modules(course.reference_folder(step))


def stubs(course: Course, step: Step) -> dict[str, str]:
    """The stubs of a step: path below `exercises` → text."""
    return _modules(course.exercises_folder(step))


def _modules(folder: Path) -> dict[str, str]:
    return {f"{folder.name}/{path.name}": path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}


def replaced(files: dict[str, str], change: BankFile) -> dict[str, str]:
    """`files` with the functions that `change` defines replaced."""
    names = defined(change.source)
    touched = {name for name, text in files.items() if names & defined(text)}
    if not touched:
        raise BankError(f"{change.path}: defines no function of the step")
    return {name: f"{text}\n\n{change.source}" if name in touched else text for name, text in files.items()}


def defined(source: str) -> set[str]:
    """The functions and classes that a text defines at its top level."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in ast.parse(source).body if isinstance(node, kinds)}


def submission(name: str, files: dict[str, str], warnings: Sequence[str] = ()) -> Submission:
    """A submission that holds `files`, as if it had been read from a folder."""
    data = {path: text.encode() for path, text in sorted(files.items())}
    digest = hashlib.sha256(
        b"\0".join(part for path, text in data.items() for part in (path.encode(), text))
    ).hexdigest()
    return Submission(name=name, files=data, digest=digest, warnings=list(warnings))


def mistaken(course: Course, step: Step, mistake: str) -> Submission:
    """The solutions with the known mistake of this id. Raises BankError, OSError.

    It is "00/logits__no_bias" of the bank, or a mutation, "00.softmax_regression.logits-dropped-1f2e3d4c".
    """
    files = solutions(course, step)
    _, slash, stem = mistake.partition("/")
    if slash:
        entry = _read(course.root / BANKS / f"step{step.id}" / "wrong" / f"{stem}.py")
        return submission(mistake, replaced(files, entry))
    _, module, name = mistake.split(".", 2)
    path = next((path for path in files if Path(path).stem == module), None)
    found = path and _mutated(files[path], name)
    if not path or not found:
        raise BankError(f"{mistake}: the solutions have no such mutation any more")
    return submission(mistake, {**files, path: found})


@lru_cache(maxsize=64)
def _mutated(text: str, name: str) -> str | None:
    top = name.rsplit("-", 2)[0].partition(".")[0]
    return next((mutation.source for mutation in mutations(text, {top}) if mutation.id == name), None)
