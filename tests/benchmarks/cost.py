"""What grading and testing cost, side by side in one run: `python tests/benchmarks/cost.py [ROUNDS]`.

Medians of wall and processor seconds of
- `python -c "import torch"`;
- the learner's `pytest` for step 00, on finished exercises;
- one more submission of step 00 in a class that is being graded (reference and stubs), and the grader's memory;
- `otter run` on a notebook with one question that imports torch.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def spent(command: list[str], cwd: Path) -> tuple[float, float]:
    """Wall and processor seconds of a command and its children."""
    started, before = time.monotonic(), os.times()
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - started, cpu


def show(name: str, rounds: int, measure: Callable[[], tuple[float, float]]) -> None:
    figures = [measure() for _ in range(rounds)]
    wall, cpu = (statistics.median(column) for column in zip(*figures, strict=True))
    print(f"{name:<48} {wall:7.2f} s wall {cpu:7.2f} s processor   (median of {rounds})", flush=True)


def otter_assignment(folder: Path) -> list[str]:
    """A notebook with one question, its autograder zip made by `otter generate`; the command that grades it."""
    import nbformat

    (folder / "tests").mkdir(parents=True)
    (folder / "out").mkdir()
    case = {"code": ">>> float(double(torch.ones(2)).sum()) == 4.0\nTrue", "hidden": False, "locked": False}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    test = {"name": "q1", "points": 1, "suites": [suite]}
    (folder / "tests" / "q1.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n")
    cells = ["import torch\nimport otter\ngrader = otter.Notebook('nb.ipynb')", "def double(x):\n    return 2 * x"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(notebook, folder / "nb.ipynb")
    spent([str(BIN / "otter"), "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"], folder)
    return [str(BIN / "otter"), "run", "-a", "autograder.zip", "-o", "out", "nb.ipynb"]


def one_more_submission(rounds: int) -> None:
    """The marginal submission: the sandbox is up and has graded before."""
    import psutil
    import torch

    from autograder.course import load_course
    from autograder.grading.one import grade
    from autograder.report.write import write_reports
    from autograder.sandbox.host import Sandbox
    from autograder.submission import solutions, stubs, submission

    torch.set_num_threads(1)
    course = load_course(ROOT)
    step = course.steps[0]
    with Sandbox("bwrap", ROOT, course.kit) as sandbox, tempfile.TemporaryDirectory() as out:
        zygote, me = sandbox._zygote(), psutil.Process()
        assert zygote is not None

        def measure(files: dict[str, str]) -> tuple[float, float]:
            def used() -> float:
                guest = zygote.cpu_times()
                return time.process_time() + guest.user + guest.system + guest.children_user + guest.children_system

            before, started = used(), time.monotonic()
            write_reports(grade(submission("x", files), course, sandbox, [step], "salt"), Path(out) / "x")
            return time.monotonic() - started, used() - before

        for name, files in (("reference", solutions(course, step)), ("stubs", stubs(course, step))):
            measure(files)  # the first pays for imports
            show(f"one more submission: {name}", rounds, lambda files=files: measure(files))  # type: ignore[misc]
        before = me.memory_info().rss
        for _ in range(20):
            measure(solutions(course, step))
        grown = (me.memory_info().rss - before) / 2**20
        print(f"the grader's memory: {before / 2**20:.0f} MiB, {grown:+.0f} MiB after 20 more submissions")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    python = [sys.executable]
    tests = [*python, "-m", "pytest", "-q", "tests/public/step00", "--learner-package", "reference"]
    show('python -c "import torch"', rounds, lambda: spent([*python, "-c", "import torch"], ROOT))
    show("pytest, step 00 finished", rounds, lambda: spent(tests, ROOT))
    one_more_submission(rounds)
    with tempfile.TemporaryDirectory() as folder:
        command = otter_assignment(Path(folder) / "otter")
        show("otter run, one question", rounds, lambda: spent(command, Path(folder) / "otter"))


if __name__ == "__main__":
    main()
