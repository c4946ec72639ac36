"""The hostile bank's table: `python tests/benchmarks/hostile.py [--sandbox bwrap|user|process] [--container] [NAME…]`.

All of it, or the named files, is graded as one class with honest neighbours. Printed are attack, family, sandbox,
points and the first words of what is said, as each is done, and whether the neighbours' points moved. Exit status 1
when any gained a point, was not told, or harmed a neighbour. `user` needs root and a Python that everybody may run:
`--container` imitates a machine that has it (`tests/engine/sandbox/container.py`). `--jobs N` grades side by side.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from autograder.course import load_course  # noqa: E402
from autograder.submission import read_bank  # noqa: E402
from tests.engine.grading.hostile_class import Row, graded  # noqa: E402
from tests.engine.sandbox.container import in_container  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sandbox", default="bwrap")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--container", action="store_true")
    parser.add_argument("names", nargs="*")
    asked = parser.parse_args()
    if asked.container:
        inside = in_container(sys.executable, *(word for word in sys.argv if word != "--container"))
        os.execvp(inside[0], inside)
    bank = read_bank(load_course(ROOT), "hostile")
    only = [entry for entry in bank if not asked.names or entry.path.stem in asked.names]
    started = time.monotonic()
    print("| attack | family | sandbox | points | told | first words |\n|---|---|---|---|---|---|")

    def show(row: Row) -> None:
        words, told = row.words.replace("|", "/")[:90], "yes" if row.told else "NO"
        about = f"{row.entry.path.stem} | {row.entry.family} | {asked.sandbox} | {row.scored} | {told} | {words}"
        print(f"| {about} |", flush=True)

    def show_honest(name: str, moved: bool) -> None:
        print(f"| {name} | honest | {asked.sandbox} | {'MOVED' if moved else 'as alone'} | | |", flush=True)

    with tempfile.TemporaryDirectory(prefix="lmi-hostile-") as folder:
        found = graded(Path(folder), asked.sandbox, only, asked.jobs, show, show_honest)
    moved = [name for name, points in found.among.items() if points != found.alone[name.rpartition("-")[0]]]
    off = [row for row in found.rows if row.scored or not row.told]
    print(
        f"\n{len(found.rows)} attacks, {len(off)} not as they should be; {len(found.among)} honest neighbours, ", end=""
    )
    print(f"moved: {', '.join(moved) or 'none'}; {time.monotonic() - started:.0f} s")
    return 1 if off or moved else 0


if __name__ == "__main__":
    sys.exit(main())
