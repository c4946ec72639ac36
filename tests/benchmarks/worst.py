"""What the worst answers cost the grader, beside an honest one: `python tests/benchmarks/worst.py`.

For each: processor seconds and the largest memory of this process while one call is made and what came back compared,
checked for being finite, and checked against a range, and how the comparison ended.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path

import torch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from autograder.course import load_course  # noqa: E402
from autograder.expect import expect  # noqa: E402
from autograder.expect.expectation import ExpectationFailed  # noqa: E402
from autograder.learner import Learner, LearnerError, Sandboxed  # noqa: E402
from autograder.sandbox import Sandbox  # noqa: E402
from autograder.sandbox.backends import bwrap_problem  # noqa: E402
from autograder.testing.patience import OutOfPatience, time_bound  # noqa: E402

MODULE = """
import torch

class Alike(dict):
    def items(self): return ((number * (2**61 - 1), 0) for number in range(300_000))
class AlikeSet(set):
    def __iter__(self): return (number * (2**61 - 1) for number in range(400_000))

def honest(): return torch.rand(100, 10)
def largest_tensor(): return torch.zeros(33_000_000)
def largest_square(): return torch.rand(5700, 5700)
def largest_list(): return [0.5] * 990_000
def nested_lists(): return [[[]]] * 300_000
def records():
    from collections import namedtuple
    return [namedtuple("R", [f"f{i}" for i in range(99)])(*range(99))] * 5000
def same_tensor(): return [torch.zeros(100_000)] * 300
def keys_alike(): return Alike()
def set_alike(): return AlikeSet()
"""
NAMES = [line.split()[1].split("(")[0] for line in MODULE.splitlines() if line.startswith("def ")]


def peak() -> int:
    """Megabytes at most since it was last reset."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def main() -> None:
    torch.set_num_threads(1)
    course = load_course(ROOT)
    expected = torch.full((100, 10), 0.5)
    print(f"{'answer':<16} {'call':>7} {'compare':>8} {'finite':>7} {'range':>7} {'peak MB':>8}   how it ended")
    with Sandbox("process" if bwrap_problem() else "bwrap", ROOT, course.kit) as sandbox:
        for name in NAMES:
            transport = Sandboxed(sandbox, {"step00/m.py": MODULE}, course.step("00").limits.model_dump())
            Learner(transport, "step00").m.honest()
            Path("/proc/self/clear_refs").write_text("5")
            spent, ended, got = [], "", list[object]()

            def call(name: str = name, transport: Sandboxed = transport, got: list[object] = got) -> None:
                got.append(getattr(Learner(transport, "step00").m, name)())

            def check(verb: str, *values: object, got: list[object] = got) -> None:
                if got:
                    getattr(expect(got[0]), verb)(*values)

            acts = (
                call,
                lambda check=check: check("to_equal", expected),
                lambda check=check: check("to_be_finite"),
                lambda check=check: check("to_be_within", -1, 2),
            )
            for act in acts:
                started = time.process_time()
                try:
                    with suppress(ExpectationFailed), time_bound():
                        act()
                except (LearnerError, OutOfPatience, MemoryError) as error:
                    ended = f"{type(error).__name__}: {error}"
                spent.append(time.process_time() - started)
            print(f"{name:<16} {'  '.join(f'{s:6.2f}' for s in spent)} {peak():8}   {ended[:70]}", flush=True)
            got.clear()
            transport.close()


if __name__ == "__main__":
    main()
