"""A class as one meets it, of any size: right, half done, wrong, broken and hostile work, notebooks, odd layouts.

What must come out of each is known from how it was made. No two hold the same, so each meets hidden inputs of its own.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course, Step, load_course
from autograder.report import ExerciseResult, Report
from autograder.submission import BankFile, read_bank, replaced, solutions, stubs
from tests.engine.grading.hostile_class import tight_course
from tests.engine.grading.layouts import (
    COMMON,
    LAYOUTS,
    Files,
    Write,
    as_bytes,
    as_half_a_zip,
    as_notebook,
    as_notebook_beside,
    as_notebook_with_magics,
    as_shuffled_notebook,
    as_zip,
    zipped,
)
from tests.engine.tools import ROOT

STEP = "00"
SHARES = {"right": 8, "half": 7, "wrong": 10, "untouched": 2, "broken": 3, "hostile": 2, "notebook": 4, "layout": 4}
HALVES = (
    ("images",), ("images", "softmax_regression"), ("softmax_regression", "templates"), ("mlp", "images"),
    ("images", "softmax_regression", "templates", "attribution"), ("templates",), ("attribution", "softmax_regression"),
)  # fmt: skip
STANDING_ALONE = ("images", "templates", "attribution", "mlp", "softmax_regression")  # each broken in turn

Judge = Callable[[Report | None, str], str | None]  # of a report, or the reason for none: what is not as expected


@dataclass(frozen=True)
class Member:
    """One who hands in. `write` puts the work at a path without a suffix, `judge` says what is wrong with the outcome.

    `steady`: whether a second run must end in each test as the first did, and not only with the same points.
    """

    id: str
    kind: str
    files: Files
    write: Write
    judge: Judge
    steady: bool = True


def soaked_course(folder: Path) -> Course:
    """A copy of the course with limits that end an attack soon."""
    tight_course(folder)
    shutil.copytree(ROOT / "tests/banks/step00", folder / "tests/banks/step00")
    return load_course(folder)


def mixed_class(course: Course, count: int) -> list[Member]:
    """So many members: kinds by their shares, and evenly mixed, so that any part of the class is like the whole."""
    makers = {kind: maker(course, course.step(STEP)) for kind, maker in MAKERS.items()}
    slots = [kind for kind, share in SHARES.items() for _ in range(share)]
    order = random.Random(0)
    members, numbers = list[Member](), dict.fromkeys(SHARES, 0)
    while len(members) < count:
        for kind in order.sample(slots, len(slots)):
            members.append(makers[kind](f"{kind}-{numbers[kind]:04}", numbers[kind]))
            numbers[kind] += 1
    return members[:count]


# ---------------------------------------------------------------- kinds

Maker = Callable[[str, int], Member]  # an id, and the how manieth of its kind → a member


def _right(course: Course, step: Step) -> Maker:
    files, bank = solutions(course, step), read_bank(course, f"step{step.id}/right")

    def make(id: str, number: int) -> Member:
        changed = replaced(files, bank[number % len(bank)]) if number % 4 else files
        return Member(id, "right", changed, COMMON[number % len(COMMON)], _expected(step, files))

    return make


def _half(course: Course, step: Step) -> Maker:
    files, empty = solutions(course, step), stubs(course, step)

    def make(id: str, number: int) -> Member:
        solved = {f"{step.folder}/{name}.py" for name in HALVES[number % len(HALVES)]}
        mixed = {path: files[path] if path in solved else empty[path] for path in files}
        return Member(id, "half", mixed, COMMON[number % len(COMMON)], _expected(step, solved))

    return make


def _untouched(course: Course, step: Step) -> Maker:
    empty = stubs(course, step)
    return lambda id, number: Member(id, "untouched", empty, COMMON[number % len(COMMON)], _expected(step, ()))


def _wrong(course: Course, step: Step) -> Maker:
    files, bank = solutions(course, step), read_bank(course, f"step{step.id}/wrong")

    def make(id: str, number: int) -> Member:
        entry = bank[(7 * number) % len(bank)]  # not one exercise's after the other
        steady = "torch.seed()" not in entry.source  # another seed each time is wrong in another way each time
        return Member(id, "wrong", replaced(files, entry), COMMON[number % len(COMMON)], _fails_there(entry), steady)

    return make


def _hostile(course: Course, step: Step) -> Maker:
    empty, bank = stubs(course, step), read_bank(course, "hostile")

    def make(id: str, number: int) -> Member:
        entry = bank[(13 * number) % len(bank)]
        judge = _gains_nothing(entry)
        return Member(id, f"hostile: {entry.path.stem}", replaced(empty, entry), as_zip, judge, steady=False)

    return make


def _broken(course: Course, step: Step) -> Maker:
    files = solutions(course, step)

    def make(id: str, number: int) -> Member:
        if number % 3 == 0:
            return Member(id, "broken: unreadable", files, *UNREADABLE[number // 3 % len(UNREADABLE)])
        path = f"{step.folder}/{STANDING_ALONE[number % len(STANDING_ALONE)]}.py"
        torn = dict(files) | {path: f"{files[path]}\n\ndef unfinished(x:\n    return [\n"}
        return Member(id, "broken: torn", torn, COMMON[number % len(COMMON)], _expected(step, files, path))

    return make


def _notebook(course: Course, step: Step) -> Maker:
    files = solutions(course, step)
    kinds = (as_notebook, as_shuffled_notebook, as_notebook_beside(stubs(course, step)), as_notebook_with_magics)

    def make(id: str, number: int) -> Member:
        return Member(id, "notebook", files, kinds[number % len(kinds)], _expected(step, files))

    return make


def _layout(course: Course, step: Step) -> Maker:
    files = solutions(course, step)

    def make(id: str, number: int) -> Member:
        return Member(id, "layout", files, LAYOUTS[number % len(LAYOUTS)], _expected(step, files))

    return make


MAKERS: dict[str, Callable[[Course, Step], Maker]] = {
    "right": _right, "half": _half, "wrong": _wrong, "untouched": _untouched, "broken": _broken, "hostile": _hostile,
    "notebook": _notebook, "layout": _layout,
}  # fmt: skip


# ---------------------------------------------------------------- what must come out


def _expected(step: Step, solved: Mapping[str, str] | set[str] | tuple[()], torn: str | None = None) -> Judge:
    """Of work that is right in the modules `solved` and a stub elsewhere; `torn` is one that Python cannot read."""
    paths = {exercise.id: f"{step.folder}/{exercise.module}.py" for exercise in step.exercises}
    needs = {exercise.id: exercise.requires for exercise in step.exercises}
    lost = _importing(solved, torn) if torn and isinstance(solved, Mapping) else set()

    def ready(id: str) -> bool:
        return paths[id] in solved and paths[id] not in lost and all(map(ready, needs[id]))

    def wanted(result: ExerciseResult) -> bool:
        if ready(result.id):
            return result.status == "passed"
        if paths[result.id] in lost:
            return result.score == 0 and result.status in ("error", "failed", "blocked")
        if paths[result.id] in solved:
            return result.status == "blocked"
        return result.score == 0 and result.status in ("not_started", "blocked")

    def judge(report: Report | None, problem: str) -> str | None:
        if report is None:
            return f"not graded: {problem}"
        off = [f"{result.id} {result.status}" for result in report.exercises if not wanted(result)]
        return f"not as expected: {', '.join(off)}" if off else None

    return judge


def _importing(files: Files, torn: str) -> set[str]:
    """The module and those that import it."""
    name = Path(torn).stem
    return {path for path, text in files.items() if path == torn or f"from .{name} import" in text}


def _fails_there(entry: BankFile) -> Judge:
    def judge(report: Report | None, problem: str) -> str | None:
        if report is None:
            return f"not graded: {problem}"
        passed = [e.id for e in report.exercises if e.id in entry.fails and e.status in ("passed", "blocked")]
        unjust = [e.id for e in report.exercises if e.id not in entry.fails and e.status not in ("passed", "blocked")]
        return (
            f"{entry.path.stem}: wrong and not failed {passed}, right and failed {unjust}" if passed + unjust else None
        )

    return judge


def _gains_nothing(entry: BankFile) -> Judge:
    def judge(report: Report | None, problem: str) -> str | None:
        if report is None:
            return f"not graded: {problem}"
        words = "\n".join([*report.warnings, *(test.message for e in report.exercises for test in e.tests)])
        off = [f"has {report.score:g} points"] if report.score else []
        return ", ".join(off + ([] if entry.is_told(words) else ["is not told"])) or None

    return judge


def _refused(words: str) -> Judge:
    def judge(report: Report | None, problem: str) -> str | None:
        return f"graded, or for another reason not: {problem}" if report or words not in problem else None

    return judge


UNREADABLE: tuple[tuple[Write, Judge], ...] = (
    (as_half_a_zip, _refused("zip")),
    (as_bytes(".ipynb", b"{"), _refused("not a notebook")),
    (as_bytes(".rar", b"Rar!"), _refused("unpack it")),
    (as_bytes(".zip", zipped({"notes.txt": "see my e-mail"})), _refused("holds no module")),
)
