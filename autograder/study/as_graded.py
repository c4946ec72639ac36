"""What the public tests say of a notebook's functions as grading will have them, before they are handed in.

`grader.check` tries them in the kernel; here they run in a process of their own, in a copy of the course, on the
modules that grading makes of the notebook: so nothing that only the kernel knows can help them.
"""

from __future__ import annotations

import queue
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

from autograder.course import Course, Step
from autograder.study.recheck import Rechecker
from autograder.study.running import Run

COPIED = ("grading_configs", "tests")


def as_graded(course: Course, step: Step, modules: Mapping[str, bytes], begun: Sequence[str]) -> str:
    """How many of the exercises with the ids `begun` pass, and which do not. `modules`: path → source."""
    try:
        with tempfile.TemporaryDirectory(prefix="lmi-submit-") as place:
            root = Path(place).resolve()
            _copy(course, step, modules, root)
            run = _run(root, step)
    except (OSError, shutil.Error) as error:  # what was packed stays, and is as good without this
        run = Run(problem=str(error))
    if run.problem:
        return f"Step {step.id} could not be tried as it will be graded: {run.problem}"
    chosen = [exercise for exercise in step.exercises if exercise.id in set(begun)]
    failing = [exercise for exercise in chosen if run.status(exercise) != "passed"]
    told = f"Step {step.id}, made from the notebook as it will be graded: {len(chosen) - len(failing)} of "
    told += f"{len(chosen)} exercises that you began pass their public tests"
    lines = [f"  {exercise.id}: {_first_line(run, exercise.id)}" for exercise in failing]
    return "\n".join([told + ("; not these:" if failing else "."), *lines])


def _first_line(run: Run, id: str) -> str:
    told = [finding.message for finding in run.findings if finding.exercise == id and finding.outcome != "passed"]
    return next((line for message in told for line in message.splitlines() if line.strip()), "none of its tests ran")


def _run(root: Path, step: Step) -> Run:
    answers: queue.Queue[Run] = queue.Queue()
    with closing(Rechecker(root, answers.put)) as checker:
        checker.check([step.id])
        return answers.get()


def _copy(course: Course, step: Step, modules: Mapping[str, bytes], root: Path) -> None:
    """The course as it is, with these modules in the step's folder."""
    for name in COPIED:
        shutil.copytree(course.root / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "hidden"))
    exercises = course.root / "exercises"
    _stand_in(exercises, root / "exercises", {step.folder})
    _stand_in(exercises / step.folder, root / "exercises" / step.folder, {Path(name).name for name in modules})
    for name, source in modules.items():
        path = root / "exercises" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source)


def _stand_in(folder: Path, copy: Path, but: set[str]) -> None:
    """A folder whose entries are those of another, linked where links can be made."""
    copy.mkdir()
    for entry in sorted(folder.iterdir()):
        if entry.name in but or entry.name.startswith("."):
            continue
        try:
            (copy / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
        except OSError:
            with suppress(OSError):  # what cannot be read cannot be needed, either
                (shutil.copytree if entry.is_dir() else shutil.copyfile)(entry, copy / entry.name)
