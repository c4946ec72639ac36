"""From a course to a folder of pages: sources, Sphinx, live experiments, two searches, and only then its place."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from autograder.course import Course
from autograder.files import put_in_place
from autograder.release import ReleaseError, leaks
from autograder.site.check import broken
from autograder.site.live import write_live
from autograder.site.notebooks import NotebookError
from autograder.site.pages import Wanted, write_sources
from autograder.study import LiveError

MARKER = ".lmi-site"
THEME = Path(__file__).parent / "theme"
ENGINE = Path(__file__).parents[2]
NEEDED = ("sphinx", "myst_nb", "furo")


class SiteError(Exception):
    """The site was not written; what was there before is as it was."""


def build_site(
    course: Course,
    out: Path,
    *,
    live_data: bool = True,
    execute: bool = False,
    staff: bool = False,
    repository: str | None = None,
) -> list[str]:
    """Writes the site to the folder `out`; returns what an author should mend in it, one line each: links, mostly.

    `out` must be new, empty or an earlier site, which is replaced. `live_data` computes what live experiments load,
    `execute` runs the notebooks on the solutions, `staff` adds the staff's guide, `repository` is the address on GitHub
    of the learners' copy. Raises SiteError, leaving everything as it was, when it cannot be written or when it would
    give an answer away.
    """
    out = Path(os.path.abspath(out))
    _refuse(course, out, execute or staff)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name[:40]}.", dir=out.parent) as workplace:
        place = Path(workplace)
        try:
            written = write_sources(course, place / "sources", Wanted(execute, staff, repository))
            said = _sphinx(course, place / "sources", place / "new")
            _add_files(written.files, place / "new")
            write_live(course, place / "new", live_data)
        except (NotebookError, LiveError, ReleaseError, ValueError) as error:
            raise SiteError(str(error)) from None
        (place / "new" / MARKER).write_text(f"{course.title} {course.version}\n", encoding="utf-8")
        if course.has_solutions and (found := leaks(course, place / "new")):
            raise SiteError("\n".join(["the site would give answers away:", *(f"  {leak}" for leak in found)]))
        problems = [*written.problems, *said, *broken(place / "new")]
        put_in_place(place / "new", out, place / "old")
    return problems


def _refuse(course: Course, out: Path, needs_solutions: bool) -> None:
    lacking = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if lacking:
        raise SiteError(f"{lacking[0]} is missing: pip install -c constraints.txt -e '.[site]' brings it")
    if needs_solutions and not course.has_solutions:
        raise SiteError("this is the learners' copy of the course: it has no solutions and no guide for staff")
    for part in ("exercises", "reference", "tests", "autograder", "grading_configs"):
        if out.resolve().is_relative_to(course.root / part):
            raise SiteError(f"{out} is inside the course's own {part}/: name a folder elsewhere")
    if os.path.lexists(out) and (out.is_symlink() or not out.is_dir()):
        raise SiteError(f"{out} is not a folder: name a new one")
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        raise SiteError(f"{out} is not empty and not an earlier site: name a new folder")


def _sphinx(course: Course, sources: Path, out: Path) -> list[str]:
    """Runs Sphinx in a process of its own, for it keeps much in its modules; returns its warnings."""
    warnings = sources.parent / "warnings.txt"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ENGINE), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "PYTHONHASHSEED": "0",  # the same course, the same bytes
        "LMI_SITE_TITLE": course.title,
        "LMI_SITE_VERSION": course.version,
    }
    quietly = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-w", str(warnings)]
    where = ["-c", str(THEME), "-d", str(sources.parent / "doctrees"), str(sources), str(out)]
    done = subprocess.run([*quietly, *where], env=environment, capture_output=True, text=True, cwd=sources.parent)
    if done.returncode:
        raise SiteError(f"Sphinx {version('sphinx')} stopped:\n{done.stderr.strip()}")
    (out / ".buildinfo").unlink(missing_ok=True)
    (out / "objects.inv").unlink(missing_ok=True)
    text = warnings.read_text(encoding="utf-8") if warnings.is_file() else ""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text).replace(f"{sources}{os.sep}", "")
    return [line for line in text.splitlines() if line.strip()]


def _add_files(files: Mapping[str, Path], out: Path) -> None:
    for name, file in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, out / name)
