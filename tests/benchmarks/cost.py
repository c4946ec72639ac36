"""What grading costs, by part, beside Otter-Grader and a floor: `python tests/benchmarks/cost.py [--light]`.

In one run, as medians of wall and processor seconds, first for the light step and then, without `--light`, for all:
- (a) one more submission of a class that is being graded: the solutions, and the untouched stubs;
- what of that goes into reading it, the guest, the host's reference, pictures and reports, and what the start of a
  process costs once; how large its files are;
- (c) the floor: the learner's own functions alone, on the same inputs, in a process that has run them before;
and for the light step, unless `--no-otter` is given,
- (b) `otter run` on the same exercises, with the bundle of `lmi export otter`, and on a notebook with one question;
- `python -c "import torch"` and the learner's own `pytest`, to compare with.

`--write` puts the figures, and what they make for 100,000 learners, into the guide for staff.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT))

from autograder.course import Course, load_course  # noqa: E402
from autograder.submission import read_submission, solutions, stubs  # noqa: E402
from tests.benchmarks.guide import machine, put  # noqa: E402
from tests.benchmarks.marginal import PARTS, Bench, Spent, started  # noqa: E402


def spent(command: Sequence[str], cwd: Path, **environment: str) -> Spent:
    """Of a command and its children."""
    started, before = time.monotonic(), os.times()
    done = subprocess.run(command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - started, cpu


def median(figures: Sequence[Spent]) -> Spent:
    wall, cpu = (statistics.median(column) for column in zip(*figures, strict=True))
    return wall, cpu


def show(name: str, found: Spent, note: str = "") -> None:
    shown.append((name, found, note))
    print(f"{name:<58} {found[0]:7.2f} s wall {found[1]:7.2f} s processor  {note}".rstrip(), flush=True)


shown: list[tuple[str, Spent, str]] = []  # in this run
LEARNERS, MACHINES = 100_000, (2, 64, 640)  # processors


def for_guide(planned: Sequence[tuple[str, float, float]]) -> Iterator[str]:
    """What was shown, as a table; and for each of `planned`, with its processor seconds and KiB, the whole course."""
    yield "\n| | wall | processor | |\n|---|---|---|---|"
    for name, (wall, cpu), note in shown:
        inner = "&emsp;" if name.startswith("    ") else ""
        yield f"| {inner}{name.strip()} | {wall:.2f} s | {cpu:.2f} s | {note} |"
    columns = [f"{count} processors" for count in MACHINES]
    yield f"\nFor {LEARNERS:,} learners who hand in once:\n"
    yield f"| each hands in | processor time | {' | '.join(columns)} | files |"
    yield f"|{'---|' * (3 + len(columns))}"
    for what, seconds, kib in planned:
        hours = LEARNERS * seconds / 3600
        times = [f"{hours / count:.1f} h" for count in MACHINES]
        yield f"| {what} | {hours:.0f} h | {' | '.join(times)} | {LEARNERS * kib / 2**20:.0f} GiB |"
    yield f"\nMeasured on {machine()}."


def one_more(bench: Bench, what: str, rounds: int) -> tuple[Spent, float]:
    """Print what one more submission takes, and its parts; that of the solutions, and the KiB of its files."""
    solved, empty = bench.hand_in("solved", solutions), bench.hand_in("untouched", stubs)
    (first, _, _), runs = bench.grade(solved), [bench.grade(solved) for _ in range(rounds)]
    whole = median([total for total, _, _ in runs])
    show(f"(a) one more submission of {what}: solutions", whole, f"{bench.size(solved) / 1024:.0f} KiB of files")
    rest = whole
    for part in PARTS:
        by_guest = [guest for _, guest, _ in runs]
        took = median(by_guest if part == "guest" else [(p.wall[part], p.cpu[part]) for _, _, p in runs])
        rest = rest[0] - took[0], rest[1] - took[1]
        show(f"      {part}", took, NOTES.get(part, ""))
    show("      the tests, comparing, and all else", rest)
    show("      more for the first of a process, once", (first[0] - whole[0], first[1] - whole[1]), "imports")
    bench.grade(empty)
    untouched = median([bench.grade(empty)[0] for _ in range(rounds)])
    show(
        f"    one more submission of {what}: untouched stubs", untouched, f"{bench.size(empty) / 1024:.0f} KiB of files"
    )
    return whole, bench.size(solved) / 1024


NOTES = {
    "guest": "processor: with the pictures' guest",
    "reference": "the host's own solutions, on the same inputs",
}


def floor(bench: Bench, what: str) -> Spent:
    """Print what the learner's functions take alone, called by the same tests in a process that has called them."""
    from autograder.grading.one import _run_tests
    from autograder.grading.salt import seed_of
    from autograder.learner import InProcess
    from autograder.testing.plugin import Grading

    class Alone(InProcess):
        def send(self, *asked: Any, **more: Any) -> Any:
            began, before = time.monotonic(), time.process_time()
            try:
                return super().send(*asked, **more)
            finally:
                took.append((time.monotonic() - began, time.process_time() - before))

    took: list[Spent] = []
    submission = read_submission(bench.place / "solved", bench.course)
    for _ in range(2):
        took.clear()
        alone = Alone("reference")
        _run_tests(
            bench.course,
            bench.steps,
            Grading(bench.course, lambda step, alone=alone: alone, seed_of(submission, "salt")),
            hidden=True,
        )
    found = sum(wall for wall, _ in took), sum(cpu for _, cpu in took)
    show(f"(c) the learner's own functions of {what}, alone", found, f"{len(took)} calls")
    return found


# ---------------------------------------------------------------- otter


def otter_bundle(folder: Path, course: Course) -> list[str]:
    """The command that grades the solutions with the bundle of the light step."""
    step = course.step("00")
    (folder / "out").mkdir(parents=True)
    lmi = [str(BIN / "lmi"), "export", "otter", "-o", str(folder), "--steps", step.id]
    subprocess.run(lmi, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    from tests.engine.export.otter_tools import hand_in

    modules = {Path(path).name: text for path, text in solutions(course, step).items()}
    handed = hand_in(folder / f"{step.folder}.zip", modules)
    return [str(BIN / "otter"), "run", str(handed), "-a", str(folder / f"step{step.id}.zip"), "-o", str(folder / "out")]


def otter_question(folder: Path) -> list[str]:
    """The command that grades a notebook with one question, whose autograder is made by `otter generate`."""
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


def beside_otter(course: Course, rounds: int, light: Spent) -> None:
    with tempfile.TemporaryDirectory(prefix="lmi-otter-") as place:
        for name, make in (
            ("(b) otter run on the same exercises", lambda folder: otter_bundle(folder, course)),
            ("    otter run on a notebook with one question", otter_question),
        ):
            folder = Path(place) / name.split()[-1]
            command = make(folder)
            found = median([spent(command, folder, PYTHONPATH=str(ROOT)) for _ in range(rounds)])
            show(name, found, f"(a) is 1/{found[1] / light[1]:.0f} of its processor time")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--light", action="store_true", help="only the light step, step 00")
    parser.add_argument("--no-otter", action="store_true")
    parser.add_argument("--write", action="store_true", help="into the guide for staff")
    asked = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    course = load_course(ROOT)
    sandbox, start = started(course)
    print(f"Medians of {asked.rounds}, on {os.cpu_count()} processors, one thread.")
    show("start of a sandbox, once for a process", start)
    light: Spent = (0.0, 0.0)
    planned: list[tuple[str, float, float]] = []
    with sandbox, tempfile.TemporaryDirectory(prefix="lmi-cost-") as place:
        for what, steps in (("step 00", [course.step("00")]), ("all steps", course.steps)):
            bench = Bench(course, steps, sandbox, Path(place) / what.replace(" ", "-"))
            (whole, kib), least = one_more(bench, what, asked.rounds), floor(bench, what)
            planned.append((what, whole[1], kib))
            print(f"    (a) is {whole[1] / least[1]:.2f} times (c), by processor time")
            if what == "step 00":
                light = whole
            if asked.light:
                break
    if not asked.no_otter:
        beside_otter(course, asked.rounds, light)
        python = [sys.executable]
        tests = [*python, "-m", "pytest", "-q", "tests/public/step00", "--learner-package", "reference"]
        for name, command in (('    python -c "import torch"', [*python, "-c", "import torch"]),
                              ("    pytest, step 00 finished", tests)):  # fmt: skip
            show(name, median([spent(command, ROOT) for _ in range(asked.rounds)]))
    if asked.write:
        put("cost", for_guide(planned))


if __name__ == "__main__":
    main()
