"""The places in which a learner's code runs: each says how every exercise of the tiny course ends there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.course import load_course
from autograder.grading.one import grade
from autograder.report import ExerciseResult
from autograder.sandbox.host import Sandbox
from autograder.study.interpreter import command, environment
from autograder.study.running import Run
from tests.engine.grading.handed_in import sums
from tests.engine.sandbox.container import in_container
from tests.engine.tools import ROOT, SUMS, own_modules

Statuses = dict[str, str | None]


class Home:
    """The process in which `lmi watch` runs the public tests, with a fork for each solution."""

    def __init__(self, root: Path):
        self._root, self._course = root, load_course(root)
        paths = environment() | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        self._worker = subprocess.Popen(
            command("autograder.study.worker"), cwd=root, env=paths, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=os.name == "posix",
        )  # fmt: skip
        self._hear()

    def _hear(self) -> dict[str, object]:
        assert self._worker.stdout is not None
        answer: dict[str, object] = json.loads(self._worker.stdout.readline())
        return answer

    def statuses(self, solution: str) -> Statuses:
        assert self._worker.stdin is not None
        (self._root / SUMS).write_text(solution, encoding="utf-8")
        self._worker.stdin.write(json.dumps({"ticket": 1, "steps": ["00"]}) + "\n")
        self._worker.stdin.flush()
        run = Run.from_data(self._hear()["run"])  # type: ignore[arg-type]
        assert run.problem is None, run.problem
        return {exercise.id: run.status(exercise) for exercise in self._course.steps[0].exercises}

    def close(self) -> None:
        assert self._worker.stdin is not None and self._worker.stdout is not None
        self._worker.stdin.close()
        self._worker.wait()
        self._worker.stdout.close()


def _how(exercise: ExerciseResult) -> str:
    """Its status; where it did not pass, with what is said of it first."""
    said = next((test.message for test in exercise.tests if test.message), "")
    return exercise.status if exercise.status == "passed" else f"{exercise.status}: {said}"


class Graded:
    """A sandbox, with a guest for each solution."""

    def __init__(self, root: Path, backend: str):
        self._course = load_course(root)
        self._sandbox = Sandbox(backend, root, self._course.kit)

    def statuses(self, solution: str) -> Statuses:
        with own_modules():
            report = grade(sums(solution), self._course, self._sandbox, self._course.steps, "salt")
        return {exercise.id: _how(exercise) for exercise in report.exercises}

    def close(self) -> None:
        self._sandbox.close()


class Kernel:
    """`grader.check` in a notebook's kernel, whose standard output is no file: in a fork of it for each solution."""

    BEGIN = """
import json, os, sys
sys.path.insert(0, {ours!r})  # the course's own autograder only marks the place
import torch
from autograder.study.in_notebook import Grader
os.chdir({root!r}); sys.path[0] = {root!r}
"""
    CELL = """
read, write = os.pipe()
if (child := os.fork()) == 0:
    try:
        found = json.dumps({id: Grader().check(id).passed for id in ("00.double", "00.total")})
    except BaseException as error:
        found = repr(error)
    os.write(write, found.encode())
    os._exit(0)
os.close(write)
os.waitpid(child, 0)
print("found", os.read(read, 10_000).decode())
os.close(read)
"""

    def __init__(self, root: Path):
        from jupyter_client.manager import start_new_kernel

        self._root = root
        self._manager, self._client = start_new_kernel(kernel_name="python3")
        self._run(self.BEGIN.format(root=str(root), ours=str(ROOT)))

    def _run(self, cell: str) -> str:
        said: list[str] = []
        self._client.execute_interactive(cell, output_hook=lambda message: said.append(str(message["content"])))
        text = "".join(said)
        assert "ename" not in text, text
        return text

    def statuses(self, solution: str) -> Statuses:
        (self._root / SUMS).write_text(solution, encoding="utf-8")
        text = self._run(self.CELL)
        found = {id: f'"{id}": true' in text for id in ("00.double", "00.total")}
        return {name: "passed" if passed else "failed" for name, passed in found.items()}

    def close(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


Place = Home | Graded | Kernel


@contextmanager
def place(name: str, root: Path) -> Iterator[Place]:
    """One of home, kernel, bwrap, user and process, on the course at `root`."""
    chosen: Place = Home(root) if name == "home" else Kernel(root) if name == "kernel" else Graded(root, name)
    try:
        yield chosen
    finally:
        chosen.close()


def outcomes(where: str, root: Path, names: Iterable[str]) -> dict[str, Statuses]:
    """How the solutions of these names end in a place, found in a process that nothing else has set anything in.

    The sandbox `user` is looked at where it is for: as root in a container that forbids namespaces.
    """
    script = "import sys; from tests.engine.parity.places import tell; tell(*sys.argv[1:])"
    run = [sys.executable, "-c", script, where, str(root), *names]
    done = subprocess.run(in_container(*run) if where == "user" else run, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, Statuses] = json.loads(done.stdout.rpartition("found ")[2])
    return found


def tell(where: str, root: str, *names: str) -> None:
    from tests.engine.parity.bank import SOLUTIONS

    with place(where, Path(root)) as here:
        statuses = {name: here.statuses(SOLUTIONS[name]) for name in names}
    print("found", json.dumps(statuses))


def _short(status: str | None) -> str:
    return str(status).partition(":")[0]


def table(places: list[str], found: dict[str, dict[str, Statuses]]) -> str:
    """Solutions by places: ✓ where every exercise passed, else how each ended."""
    lines = [f"{'':26}" + "".join(f"{name:12}" for name in places)]
    for solution, by_place in found.items():
        cells = [
            "✓" if set(by_place[name].values()) == {"passed"} else ",".join(map(_short, by_place[name].values()))
            for name in places
        ]
        lines.append(f"{solution:26}" + "".join(f"{cell:12}" for cell in cells))
    return "\n".join(lines)


if __name__ == "__main__":  # python -m tests.engine.parity.places PLACE…: prints the table
    from tests.engine.parity.bank import CHANGES, SOLUTIONS
    from tests.engine.tiny_course import write_tiny_course

    seen: dict[str, dict[str, Statuses]] = {name: {} for name in SOLUTIONS}
    for where in sys.argv[1:]:
        with TemporaryDirectory() as folder:
            for solution, statuses in outcomes(where, write_tiny_course(Path(folder), CHANGES), SOLUTIONS).items():
                seen[solution][where] = statuses
    print(table(sys.argv[1:], seen))
