"""A large mixed class, graded twice: `python tests/benchmarks/soak.py [COUNT] [--jobs N] [--write]`.

COUNT submissions (2,000 unless said) to step 00 are made, right, half done, wrong, broken, hostile, notebooks and odd
layouts, and graded by `lmi grade` in one run; before that an eighth, a quarter and a half of them, and after it all of
them in another order. Printed are a table and what was checked: every status as it must be, the same in the second run,
nothing left (processes, namespaces, mounts, files), no descriptor and no memory lost, time linear. `--plot FILE` draws
time and memory against the size of the class; `--write` puts plot and table into the guide for staff. Exit status 1
when anything is not as it should be.
"""

from __future__ import annotations

import argparse
import csv
import random
import signal
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from autograder.course import Course  # noqa: E402
from autograder.report import Report, load_report  # noqa: E402
from tests.benchmarks.guide import PLOT, machine, put  # noqa: E402
from tests.benchmarks.watching import Look, Watched, watched  # noqa: E402
from tests.engine.grading.mixed_class import STEP, Member, mixed_class, soaked_course  # noqa: E402

FLAT = 1.10  # the last third of a run may take so many times the memory of the second third
LINEAR = 1.15  # and in the second half a usual part so many times the processor's time of one in the first
PARTS = 20  # of a run: what a few hostile submissions burn is in a few of them
ENOUGH = 200  # submissions from which on a growth can be told from chance
SHOWN = 20
BOTH = ("first run", "second run")

Came = tuple[Report | None, str]  # a report, or why there is none
# of which run, what was asked, whether it is so (None: too few to tell), and what was found
Check = tuple[str, str, bool | None, str]


@dataclass
class Soaked:
    """All runs, by the size of their class; of the last two the whole class, the second in another order."""

    runs: list[tuple[int, Watched]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    @property
    def wrong(self) -> list[Check]:
        return [check for check in self.checks if check[2] is False]


def soak(place: Path, count: int, jobs: int, backend: str, sizes: Sequence[int]) -> Soaked:
    """Make a class in the folder and grade it: parts of these sizes first, then all of it, and once more."""
    course, soaked = soaked_course(place / "course"), Soaked()
    members = mixed_class(course, count)
    came: list[dict[str, Came]] = []
    for number, size in enumerate((*sizes, count, count)):
        some = list(members[:size])
        random.Random(number).shuffle(some)
        run, found = _graded(place / f"run-{number}", course, some, jobs, backend)
        soaked.runs.append((size, run))
        came.append(found)
        print(f"{size} graded in {run.seconds:.0f} s", file=sys.stderr, flush=True)
    soaked.checks += _outcomes(members, *came[-2:])
    for which, (size, run) in zip(BOTH, soaked.runs[-2:], strict=True):
        soaked.checks.append((which, "nothing left behind", not run.left, _listed(run.left)))
        soaked.checks += _grows_not(which, run.grading(size), size)
    return soaked


def _graded(
    place: Path, course: Course, members: Sequence[Member], jobs: int, backend: str
) -> tuple[Watched, dict[str, Came]]:
    """These members as a class, in this order; what came of each, by its id."""
    handed, out = place / "handed", place / "out"
    handed.mkdir(parents=True)
    names = {f"{number:05}-{one.id}": one for number, one in enumerate(members)}
    for name, one in names.items():
        first = min(path for path in one.files if not path.endswith("__init__.py"))
        one.write(handed / name, {**one.files, first: f"{one.files[first]}\n# handed in by {one.id}\n"})
    arguments = ["--jobs", str(jobs), "--sandbox", backend, "--steps", STEP, str(handed)]
    run = watched(course.root, out, place / "temporary", arguments)
    if not (out / "grades.csv").is_file():
        raise SystemExit(f"the class was not graded:\n{run.printed}")
    with open(out / "grades.csv", newline="", encoding="utf-8") as file:
        listed = Counter(row["submission"] for row in csv.DictReader(file))
    page = (out / "index.html").read_text(encoding="utf-8")
    found = {one.id: _came(out / name) for name, one in names.items()}
    unlisted = [name for name in names if listed[name] != 1 or name not in page]
    run.left += [f"not once in the class's files: {name}" for name in unlisted]
    return run, found


def _came(folder: Path) -> Came:
    if (folder / "report.json").is_file():
        return load_report(folder / "report.json"), ""
    reason = folder / "not_graded.txt"
    return None, _unnumbered(reason.read_text(encoding="utf-8"), folder) if reason.is_file() else "nothing is there"


def _unnumbered(text: str, submission: Path | str) -> str:
    """A text that may name the submission, without its place in the run."""
    name = Path(submission).name
    return text.replace(name, name.partition("-")[2])


# ---------------------------------------------------------------- what is checked


def _outcomes(members: Sequence[Member], first: dict[str, Came], second: dict[str, Came]) -> Iterator[Check]:
    for which, came in zip(BOTH, (first, second), strict=True):
        off = [f"{one.id} ({one.kind}): {said}" for one in members if (said := one.judge(*came[one.id]))]
        yield which, "every status as expected", not off, _listed(off)
    moved = [one.id for one in members if _told(first[one.id], one.steady) != _told(second[one.id], one.steady)]
    yield "both runs", "the same in another order", not moved, _listed(moved)


def _told(came: Came, steady: bool) -> object:
    """What must not depend on the run: points and hidden inputs; how each test ended, where that is not chance."""
    report, problem = came
    if report is None:
        return problem
    scores = [(e.id, e.score, e.status if steady else "") for e in report.exercises]
    said = [t for exercise in report.exercises for t in exercise.tests if steady]
    tests = [(t.id, t.outcome, _unnumbered(t.message, report.submission)) for t in said]
    return report.seed, scores, tests


def _grows_not(which: str, looks: Sequence[Look], size: int) -> Iterator[Check]:
    third = len(looks) // 3
    if size < ENOUGH or third < 3:
        yield which, "memory flat, no descriptor lost, time linear", None, f"{size} submissions are too few to tell"
        return
    middle, last = looks[third : 2 * third], looks[2 * third :]
    for what, allowed in (("parent", FLAT), ("worker", FLAT), ("descriptors", 1.0), ("worker_descriptors", 1.0)):
        before, after = (statistics.median(getattr(look, what) for look in part) for part in (middle, last))
        unit = "" if "descriptors" in what else " MiB"
        yield (
            which,
            f"{NAMES[what]} does not grow",
            after <= allowed * before,
            f"{before:.0f}{unit}, then {after:.0f}{unit}",
        )
    each = _processor_each(looks)
    rates = [statistics.median(each[: PARTS // 2]), statistics.median(each[PARTS // 2 :])]
    even = max(rates) <= LINEAR * min(rates)
    yield which, "time is linear", even, "{:.2f} s of processor time for each, then {:.2f} s".format(*rates)


NAMES = {
    "parent": "the parent's memory", "worker": "a worker's memory", "descriptors": "the parent's descriptors",
    "worker_descriptors": "a worker's descriptors",
}  # fmt: skip


def _processor_each(looks: Sequence[Look]) -> list[float]:
    """Processor seconds for each submission, in every part of a run."""
    ends = [looks[(len(looks) - 1) * part // PARTS] for part in range(PARTS + 1)]
    return [(b.processor - a.processor) / max(b.graded - a.graded, 1) for a, b in pairwise(ends)]


def _listed(found: Sequence[str]) -> str:
    more = len(found) - SHOWN
    return "; ".join(found[:SHOWN]) + (f" and {more} more" if more > 0 else "")


# ---------------------------------------------------------------- what is shown


def table(soaked: Soaked) -> Iterator[str]:
    """Rows of Markdown, one a run."""
    yield "| submissions | time | each, wall | each, processor | parent | a worker | parent, at the end | processes |"
    yield "|---|---|---|---|---|---|---|---|"
    for size, run in soaked.runs:
        looks = run.grading(size) or run.looks
        memory = [statistics.median(getattr(look, what) for look in looks) for what in ("parent", "worker")]
        cells = [
            f"{size:,}", f"{run.seconds:.0f} s", f"{run.seconds / size:.2f} s",
            f"{max(look.processor for look in run.looks) / size:.2f} s", *(f"{mib:.0f} MiB" for mib in memory),
            f"{max(look.parent for look in run.looks):.0f} MiB", str(max(look.processes for look in run.looks)),
        ]  # fmt: skip
        yield f"| {' | '.join(cells)} |"


def checked(soaked: Soaked) -> Iterator[str]:
    words = {True: "yes", False: "**no**", None: "–"}
    yield "| checked | | found |"
    yield "|---|---|---|"
    for which, what, fine, found in soaked.checks:
        yield f"| {which}: {what} | {words[fine]} | {found.replace('|', '/')} |"


def draw(soaked: Soaked, file: Path, jobs: int) -> None:
    """Time and memory against the size of the class, as SVG or by the file's suffix."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "soak"
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    size, whole = soaked.runs[-2]
    grading = whole.grading(size)
    left.plot([look.graded for look in grading], [look.seconds / 60 for look in grading], label="one class, as it goes")
    left.plot(
        [size for size, _ in soaked.runs], [run.seconds / 60 for _, run in soaked.runs], "o", label="whole classes"
    )
    left.set(xlabel="submissions", ylabel="minutes", xlim=(0, None), ylim=(0, None), title=f"time, {jobs} processes")
    for what, label in (("worker", "a worker"), ("parent", "the parent")):
        right.plot([look.graded for look in grading], [getattr(look, what) for look in grading], label=label)
    ends = [max(look.parent for look in run.looks) for _, run in soaked.runs]
    right.plot([size for size, _ in soaked.runs], ends, "o", label="the parent, writing the class's pages")
    right.set(xlabel="submissions", ylabel="MiB", xlim=(0, None), ylim=(0, None), title="memory")
    for axes in (left, right):
        axes.legend(frameon=False, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)
    plt.close(figure)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sandbox", default="bwrap")
    parser.add_argument("--sizes", help="of smaller classes, as 250,500; none for nothing", default=None)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--write", action="store_true", help="into the guide for staff")
    asked = parser.parse_args()
    by_halves = [asked.count // part for part in (8, 4, 2)]
    sizes = by_halves if asked.sizes is None else [int(size) for size in asked.sizes.split(",") if size.isdecimal()]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what it has started ends with it
    with tempfile.TemporaryDirectory(prefix="lmi-soak-") as folder:
        soaked = soak(Path(folder), asked.count, asked.jobs, asked.sandbox, sizes)
    print(*table(soaked), "", *checked(soaked), sep="\n")
    if asked.plot:
        draw(soaked, asked.plot, asked.jobs)
    if asked.write:
        draw(soaked, PLOT, asked.jobs)
        put("soak", ["", *table(soaked), "", *checked(soaked), "", f"Measured on {machine()}."])
    return 1 if soaked.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
