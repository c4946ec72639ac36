"""What a test's exception means for the learner: an outcome, and a message that is safe to show.

In a hidden test nothing that the submission wrote itself is repeated, for it could repeat the hidden inputs: no text of
its exceptions, no output, no values.
"""

from __future__ import annotations

import ast
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.learner import LearnerError
from autograder.sandbox import by_a_statement
from autograder.testing.agreement import Told
from autograder.testing.patience import OutOfPatience

if TYPE_CHECKING:
    from autograder.expect import Fingerprint


@dataclass
class Verdict:
    """How one test ended. `function`: where a stub was met ("module.function"), when one was.

    `plain`, `known_by`, `fits`: see `agreement.Told`. `behaviour`: what a failed test saw of the learner's functions.
    `in_words`: the message says all that there is to say, and no traceback is needed.
    """

    outcome: str
    message: str = ""
    function: str | None = None
    blocked_by: list[str] = field(default_factory=list)
    plain: str = ""
    known_by: str = ""
    fits: frozenset[str] | None = None
    behaviour: Fingerprint | None = None
    in_words: bool = False
    sought: frozenset[str] = frozenset()

    @property
    def told(self) -> Told:
        return Told(self.outcome, self.message, self.plain, self.known_by, self.fits, self.sought)


Asked = tuple[str, list[str]]

NOT_STARTED = "Not started: it still raises NotImplementedError."
SAID = {
    "timeout": "Took too long: {}.",
    "out_of_memory": "Ran out of memory: {}.",
    "protocol": "What the submission sent back is not a value: {}.",
    "missing": "Not found: {}.",
    "not_handed_in": "Not started: {}.",
    "not_data": "What came back is not data (numbers, tensors, lists, dictionaries, records of these): {}.",
}
VAGUE = {
    "timeout": "over the limit",
    "out_of_memory": "over the limit",
    "protocol": "it is too large or malformed",
    "missing": "a function or an object that this test asks for",
    "not_data": "an object of another kind",
}
OUTCOMES = {
    "protocol": "error", "missing": "error", "import": "error", "not_handed_in": "not_started", "not_data": "failed",
}  # fmt: skip
TOO_LARGE = "What came back is too large to work with, or of a shape that makes it so in the test."
TOO_LONG = "What came back takes too long to work with in the test."
USUAL = {
    "AttributeError", "ImportError", "IndexError", "KeyError", "ModuleNotFoundError", "NameError", "RuntimeError",
    "SyntaxError", "TypeError", "ValueError",
}  # fmt: skip
OF_GUESTS = ("protocol", "not_data")  # whose words are a guest's, though it raised nothing


def judge(
    error: BaseException | None, root: Path, hidden: bool, asked: Asked | None = None, graded: bool = False
) -> Verdict:
    """The verdict on a test that ended with `error` (None: it passed). `asked`: the record that is asked for.

    `graded`: nothing of the submission runs in this process.
    """
    from autograder.expect import ExpectationFailed

    verdict = _judge(error, root, hidden, asked, graded)
    verdict.in_words = isinstance(error, (ExpectationFailed, LearnerError))
    return verdict


def _judge(error: BaseException | None, root: Path, hidden: bool, asked: Asked | None, graded: bool) -> Verdict:
    from autograder.expect import ExpectationFailed

    if error is None:
        return Verdict("passed")
    if isinstance(error, ExpectationFailed):
        plain = error.vague if hidden else "\n".join(line for line in (error.summary, error.details) if line)
        message = f"{error.diagnosis}\n{plain}" if error.diagnosis else plain
        verdict = Verdict("failed", message, plain=plain)
        verdict.known_by, verdict.fits, verdict.sought = error.known_by, error.fits, error.sought
        return verdict
    if isinstance(error, LearnerError):
        return _of_guest(error, hidden)
    if isinstance(error, OutOfPatience):
        return Verdict("timeout", TOO_LONG)
    if graded and out_of_memory(error):
        return Verdict("out_of_memory", TOO_LARGE)
    if (
        isinstance(error, AttributeError)
        and type(error.obj) in (tuple, list, dict)
        and asked
        and error.name in asked[1]
    ):
        kind = "A dictionary" if isinstance(error.obj, dict) else f"A plain {type(error.obj).__name__}"
        return Verdict("failed", f"{kind} came back where {asked[0]}({', '.join(asked[1])}) is asked, fields by name.")
    return _in_process(error, root, hidden, graded)


def out_of_memory(error: BaseException) -> bool:
    """Whether this process was refused memory; torch says so in words alone."""
    return isinstance(error, MemoryError) or isinstance(error, RuntimeError) and "DefaultCPUAllocator" in str(error)


def record_asked(text: str, function: str) -> Asked | None:
    """The record that a function of this module returns by its annotation: name and fields."""
    try:
        nodes = ast.parse(text).body
    except (SyntaxError, ValueError):
        return None
    returned = next((n.returns for n in nodes if isinstance(n, ast.FunctionDef) and n.name == function), None)
    for node in nodes:
        if isinstance(node, ast.ClassDef) and isinstance(returned, ast.Name) and node.name == returned.id:
            parts = [part.target for part in node.body if isinstance(part, ast.AnnAssign)]
            return node.name, [target.id for target in parts if isinstance(target, ast.Name)]
    return None


def _of_guest(error: LearnerError, hidden: bool) -> Verdict:
    outcome = OUTCOMES.get(error.kind, error.kind)
    where = error.where or {}
    stem = Path(where.get("file", "")).stem
    function = f"{stem}.{where['function']}" if where and outcome == "not_started" else None
    if error.kind == "not_started":
        return Verdict(outcome, NOT_STARTED, function)
    if error.kind in SAID:
        theirs = bool(error.type_name) or error.kind in OF_GUESTS  # words of the guest, not of ours
        said = VAGUE[error.kind] if hidden and theirs else error.message
        return Verdict(outcome, SAID[error.kind].format(said), function)
    if not error.type_name:  # the process ended, perhaps with a status of its choice, or started too many others
        said = "its process ended, or was ended, before it answered" if hidden else error.message
        return Verdict(outcome, f"No answer: {said}.")
    verb = "Its module could not be imported" if error.kind == "import" else "Raised an exception"
    if hidden:  # the submission chooses what it raises, and where
        return Verdict(outcome, f"{verb}: {error.type_name}." if error.type_name in USUAL else f"{verb}.")
    line = f", line {where['line']} of {stem}.py" if where else ""
    said = " ".join(filter(None, [f"{verb}: {error.type_name}{line}.", where.get("lacks")]))
    return Verdict(outcome, f"{said}\n{error.traceback.rstrip()}")


def _in_process(error: BaseException, root: Path, hidden: bool, graded: bool) -> Verdict:
    """An exception of code that runs here: the learner's own, or the test that could not go on."""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [] if graded else [frame for frame in frames if _room(frame.filename, root)]
    name, detail = type(error).__name__, "" if hidden or not str(error) else f": {error}"
    if isinstance(error, SyntaxError) and Path(error.filename or "").is_relative_to(root / "exercises"):
        place = f"line {error.lineno} of {Path(str(error.filename)).name}"
        return Verdict("error", f"Its module could not be imported: {name}, {place}: {error.msg}.")
    if theirs:
        function, line = f"{_room(theirs[-1].filename, root)}.{theirs[-1].name}", theirs[-1].lineno
        if isinstance(error, NotImplementedError) and theirs[-1] is frames[-1] and by_a_statement(error):
            return Verdict("not_started", NOT_STARTED, function)
        outcome = "out_of_memory" if isinstance(error, MemoryError) else "error"
        return Verdict(outcome, f"{name} in {function}, line {line}{detail}")
    if isinstance(error, AssertionError):
        return Verdict("failed", "What the test claims is not so." if hidden else str(error))
    return Verdict("failed", f"The test could not use what was returned ({name}{detail}).")


def _room(filename: str, root: Path) -> str | None:
    """The learner's module, or "notebook" for a cell, that a file of a traceback is; None for anything else."""
    path = Path(filename)
    if path.is_relative_to(root / "exercises"):
        return path.stem
    return "notebook" if path.parent.name.startswith("ipykernel_") or filename.startswith("<ipython-input") else None
