"""What an honest submission costs by another commit's engine and by this one, in turn in one run.

`python tests/benchmarks/price.py COMMIT [--step 00] [--starts 4] [--pairs 20] [--sandbox bwrap] [--own-courses]`. The
solutions of a light step are graded by two processes, each with an engine and a sandbox that have graded before; of
each pair the other goes first. Both are started anew several times: two processes of one engine differ by some
hundredths as long as they live. Both grade by the course of COMMIT, so that no test that came later counts as a price
of the engine, or each by its own. Printed are processor seconds (grader, sandbox, guests) and wall seconds of each
pair, then the ratio of new to old: of the sums, and the median of the pairs. Wants a machine that does nothing else.
`e818ddc` is the last commit before what a submission may cost others was bounded.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import psutil

ROOT = Path(__file__).parents[2]
GRADER = """
import json, sys, time
engine, root, step_id, backend = sys.argv[1:]
sys.path.insert(0, engine)
from pathlib import Path
import torch
import autograder
assert Path(autograder.__file__).is_relative_to(engine), autograder.__file__
from autograder.course import load_course
from autograder.grading.one import grade
from autograder.sandbox import Sandbox
try:
    from autograder.submission import solutions, submission
except ImportError:  # where older engines have them
    from autograder.upkeep.banks import solutions, submission
torch.set_num_threads(1)
course = load_course(Path(root))
step = course.step(step_id)
files = solutions(course, step)
with Sandbox(backend, Path(root), course.kit) as sandbox:
    for _ in sys.stdin:
        started = time.monotonic()
        report = grade(submission("honest", files), course, sandbox, [step], "salt", pictures=False)
        told = {"wall": time.monotonic() - started, "score": report.score, "of": report.max_score}
        print("told", json.dumps(told), flush=True)
"""


class Cost(NamedTuple):
    """Seconds of one grading: of the processor, and by the clock."""

    cpu: float
    wall: float


class Engine:
    """A process that grades by the engine of one tree and the course of one."""

    def __init__(self, tree: Path, course: Path, step: str, backend: str):
        command = [sys.executable, "-c", GRADER, str(tree), str(course), step, backend]
        self._process = subprocess.Popen(
            command, cwd=course, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip

    def grade(self) -> Cost:
        assert self._process.stdin is not None and self._process.stdout is not None
        before = self._spent()
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        line = next((line for line in self._process.stdout if line.startswith("told ")), None)
        if line is None:
            raise SystemExit("a grader ended: see above")
        told = json.loads(line.removeprefix("told "))
        if told["score"] < told["of"]:
            raise SystemExit(f"an honest submission got {told['score']} of {told['of']}: the machine is too busy?")
        return Cost(self._spent() - before, told["wall"])

    def _spent(self) -> float:
        """Processor seconds of the process and of all below it, ended ones too."""
        spent, top = 0.0, psutil.Process(self._process.pid)
        for process in [top, *top.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                spent += times.user + times.system + times.children_user + times.children_system
        return spent

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def tree_of(commit: str) -> Iterator[Path]:
    """The files of a commit, in a folder of their own."""
    packed = subprocess.run(
        ["git", "archive", "--format=tar", commit], cwd=ROOT, check=True, capture_output=True
    ).stdout
    with tempfile.TemporaryDirectory(prefix="lmi-price-") as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder).resolve()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit")
    parser.add_argument("--step", default="00")
    parser.add_argument("--starts", type=int, default=4)
    parser.add_argument("--pairs", type=int, default=20, help="of each start")
    parser.add_argument("--sandbox", default="bwrap")
    parser.add_argument("--own-courses", action="store_true")
    asked = parser.parse_args()
    with tree_of(asked.commit) as tree:
        course = ROOT if asked.own_courses else tree
        pairs = list[tuple[Cost, Cost]]()
        for _ in range(asked.starts):
            old = Engine(tree, tree, asked.step, asked.sandbox)
            new = Engine(ROOT, course, asked.step, asked.sandbox)
            try:
                old.grade(), new.grade()  # the first pays for imports
                pairs += measured(old, new, asked.pairs)
            finally:
                old.close()
                new.close()
    for what in ("cpu", "wall"):
        olds, news = ([getattr(pair[side], what) for pair in pairs] for side in (0, 1))
        median = statistics.median(b / a for a, b in zip(olds, news, strict=True))
        print(
            f"{what:4}  new / old: {sum(news) / sum(olds):.3f} of the sums, {median:.3f} median of {len(pairs)} pairs"
        )


def measured(old: Engine, new: Engine, pairs: int) -> Iterator[tuple[Cost, Cost]]:
    print("pair   cpu old    new   wall old    new")
    for at in range(pairs):
        if at % 2:
            second = new.grade()
            first = old.grade()
        else:
            first = old.grade()
            second = new.grade()
        print(f"{at:4} {first.cpu:9.2f} {second.cpu:6.2f} {first.wall:10.2f} {second.wall:6.2f}", flush=True)
        yield first, second


if __name__ == "__main__":
    main()
