"""What knowing mistakes costs a learner, side by side in one run.

`python tests/benchmarks/known_mistakes.py [STEP ROUNDS]`:
`lmi check` of a step, as a whole, on a copy of the course: with finished exercises, and with one of its known wrong
solutions; each without the catalogue of mistakes and with it, in turns. Medians of processor seconds, and their ratio.
Then, in this process, what looking one failed exercise up takes: when the catalogue is read, and after.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.course import Course, Step, load_course
from autograder.submission import read_bank, replaced, solutions
from autograder.testing import catalogue, known_mistakes
from autograder.testing.known import explaining

ROOT = Path(__file__).parents[2]
FOLDERS = ("exercises", "tests/public", "grading_configs")


def copy_of_the_course(folder: Path) -> Path:
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def spent(folder: Path, step: str) -> float:
    """Processor seconds of `lmi check` and what it starts."""
    before = os.times()
    command = [sys.executable, "-m", "autograder.cli", "check", step]
    path = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=folder, env=path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def compare(name: str, folder: Path, file: Path, step: str, rounds: int) -> None:
    """A check with and without the catalogue, in turns."""
    text = file.read_text(encoding="utf-8")
    without, with_it = [], []
    for _ in range(rounds):
        file.unlink()
        without.append(spent(folder, step))
        file.write_text(text, encoding="utf-8")
        with_it.append(spent(folder, step))
    before, after = statistics.median(without), statistics.median(with_it)
    print(f"{name:<28} {before:6.2f} s without, {after:6.2f} s with: {after / before:.3f} times", flush=True)


def look_up(course: Course, step: Step) -> None:
    """The exercise with the most known mistakes, of which one was made."""
    exercise = max(step.exercises, key=lambda exercise: len(known_mistakes(course, exercise)))
    seen = next(mistake.failed for mistake in known_mistakes(course, exercise) if mistake.failed)
    os.utime(catalogue(course, step))  # it has to be read again
    times = []
    for _ in range(20):
        started = time.perf_counter()
        explaining(course, exercise, seen)
        times.append(1000 * (time.perf_counter() - started))
    print(f"looking up {exercise.id}: {times[0]:.1f} ms with reading, {statistics.median(times):.2f} ms after")


def main() -> None:
    step_id, rounds = (sys.argv[1] if len(sys.argv) > 1 else "00"), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    course = load_course(ROOT)
    step = course.step(step_id)
    files = solutions(course, step)
    wrong = next(
        file
        for file in read_bank(course, f"step{step.id}/wrong")
        if known_mistakes(course, course.exercise(file.fails[0]))
    )
    with tempfile.TemporaryDirectory() as place:
        folder = copy_of_the_course(Path(place))
        copied = catalogue(load_course(folder), step)
        for name, modules in (("all passes", files), (f"fails: {wrong.path.stem}", replaced(files, wrong))):
            for path, text in modules.items():
                (folder / "exercises" / path).write_text(text, encoding="utf-8")
            compare(name, folder, copied, step.id, rounds)
    look_up(course, step)


if __name__ == "__main__":
    main()
