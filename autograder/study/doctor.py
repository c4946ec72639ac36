"""`lmi doctor`: what this machine has, what the settings resolve to, and what is missing."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from autograder.course import Course, CourseError, audit_course, find_root, load_course
from autograder.study.console import make_console
from autograder.study.machine import Probe, free_memory, packages, probe, usable_processors
from autograder.words import COULD_NOT

if TYPE_CHECKING:
    from rich.console import Console

GIB = 1 << 30
LOW_MEMORY, LOW_DISK = 2 * GIB, 1 * GIB
STYLES = {"ok": ("✓", "green"), "note": ("!", "yellow"), "bad": ("✗", "red")}
SHOWN_PROBLEMS = 8


class Line(NamedTuple):
    """One thing that was looked at. `bad` is essential and broken; `note` is worth knowing."""

    state: str
    what: str
    found: str
    advice: str = ""


def doctor(course: Course | None = None) -> int:
    """Show everything that the course depends on; 0, or 2 when something essential is broken."""
    console, bad = make_console(), []
    root = course.root if course else None
    sections = {
        "Course": _course_lines(course),
        "Python": _python_lines(root),
        "Machine": _machine_lines(root or Path.cwd(), course is None or course.has_solutions),
        "Settings and data": _settings_lines(root, console),
    }
    for heading, lines in sections.items():
        console.print(heading, style="bold")
        for line in lines:
            _show(line, console)
            bad += [line] if line.state == "bad" else []
        console.print()
    if bad:
        console.print(f"Broken: {', '.join(line.what for line in bad)}. See ✗ above for what to do.", style="red")
        return COULD_NOT
    console.print("Everything that is needed works.", style="green")
    return 0


def _show(line: Line, console: Console) -> None:
    from rich.text import Text

    mark, style = STYLES[line.state]
    console.print(Text.assemble("  ", (mark, style), f" {line.what:<16} {line.found}"))
    for said in filter(None, line.advice.splitlines()):
        console.print(f"    {'':<16} {said}", style="dim" if line.state != "bad" else "red")


def _course_lines(course: Course | None) -> Iterator[Line]:
    if course is None:
        try:
            course = load_course(find_root())
        except CourseError as error:
            yield Line("bad", "manifests", "no sound course here", str(error))
            return
    yield Line("ok", "course", f"{course.title} {course.version}, {_counted(course)}")
    yield Line("ok", "folder", str(course.root))
    kind = "staff: with solutions and hidden tests" if course.has_solutions else "learners': stubs and public tests"
    yield Line("ok", "copy", kind)
    problems = [str(problem) for problem in audit_course(course)]
    if problems:
        rest = [f"… and {len(problems) - SHOWN_PROBLEMS} more"] if len(problems) > SHOWN_PROBLEMS else []
        advice = "\n".join([*problems[:SHOWN_PROBLEMS], *rest])
        yield Line("note", "files", f"{len(problems)} not as the manifests say", advice)
    else:
        yield Line("ok", "files", "stubs and tests are as the manifests say")


def _counted(course: Course) -> str:
    count = len(course.exercises)
    return "1 exercise" if count == 1 else f"{count} exercises"


def _python_lines(root: Path | None) -> Iterator[Line]:
    found = packages(root)
    version, needed = platform.python_version(), found.python
    state = "ok" if found.python_fits else "bad"
    yield Line(state, "python", f"{version} (needs {needed})", "" if found.python_fits else f"Install Python {needed}.")
    good = [f"{one.name} {one.version}" for one in found.needed if one.fits]
    yield Line("ok", "packages", f"{len(good)} of {len(found.needed)} as needed: {', '.join(good)}")
    for one in found.needed:
        if not one.fits:
            has = f"{one.version} is installed" if one.version else "not installed"
            yield Line("bad", one.name, f"{has} (needs {one.wanted or 'any'})", f'pip install "{one.requirement}"')
    missing = [one.name for one in found.staff if not one.fits]
    if missing:
        advice = 'To grade: pip install -e ".[staff]"'
        yield Line("note", "for staff", f"not here, and only needed to grade: {', '.join(missing)}", advice)


def _machine_lines(folder: Path, staff: bool) -> Iterator[Line]:
    import shutil

    usable, there = usable_processors(), os.cpu_count() or 1
    yield Line("ok", "processors", str(usable) if usable == there else f"{usable} usable of {there}")
    memory = free_memory()
    if memory is None:
        yield Line("note", "free memory", "this system does not say")
    else:
        low = "Close other programs: training and grading may run out." if memory < LOW_MEMORY else ""
        yield Line("note" if low else "ok", "free memory", f"{memory / GIB:.1f} GiB", low)
    disk = shutil.disk_usage(folder).free
    low = "Make room: downloads and reports may not fit." if disk < LOW_DISK else ""
    yield Line("note" if low else "ok", "free disk", f"{disk / GIB:.1f} GiB", low)
    yield _sandbox_line(staff)


def _sandbox_line(staff: bool) -> Line:
    import subprocess

    from autograder.sandbox import INSTALL, bwrap_problem

    try:
        problem = bwrap_problem()
    except (OSError, subprocess.SubprocessError) as error:
        problem = f"bubblewrap did not answer ({error})."
    if problem is None:
        return Line("ok", "sandbox", "bubblewrap works: submissions can be graded in isolation")
    if staff:
        return Line("note", "sandbox", problem, INSTALL)
    return Line("ok", "sandbox", "no bubblewrap, which only grading needs")


def _settings_lines(root: Path | None, console: Console) -> Iterator[Line]:
    with console.status("Importing torch and reading the data"):
        found = probe(root)
    if found.problem:
        yield Line("bad", "torch", "does not work", found.problem)
    for state, what, seen, advice in found.kit:
        yield Line(state, what, seen, advice)
    yield _threads_setting(found)
    yield _seed_setting()


def _threads_setting(found: Probe) -> Line:
    named = os.environ.get("LMI_THREADS")
    if not named:
        count = f", {found.threads}" if found.threads else ""
        return Line("ok", "LMI_THREADS", f"not set: 1 for lmi check and watch, else torch's own choice{count}")
    if not named.isdecimal() or int(named) < 1:
        return Line("bad", "LMI_THREADS", f"{named!r} is not a number of threads", "Set it to 1 or more, or unset it.")
    return Line("ok", "LMI_THREADS", str(int(named)))


def _seed_setting() -> Line:
    named = os.environ.get("LMI_SEED")
    if not named:
        return Line("ok", "LMI_SEED", "not set: 0")
    try:
        return Line("ok", "LMI_SEED", str(int(named)))
    except ValueError:
        return Line("bad", "LMI_SEED", f"{named!r} is not a whole number", "Set it to one, or unset it.")
