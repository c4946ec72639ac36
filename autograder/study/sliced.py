"""A notebook's functions as grading will have them: made anew from the cells, beside the kernel's own."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, NamedTuple

from autograder.course import Course, Step
from autograder.learner import PACKAGE
from autograder.submission import slice_cells, source_cells


class Made(NamedTuple):
    """Functions by name, and what grading cannot carry or could not run. `of_cells`: there are cells at all."""

    functions: dict[str, Any]
    troubles: list[str]
    of_cells: bool = True


def made_from_cells(course: Course, step: Step, env: Mapping[str, Any]) -> Made:
    """The functions that the cells of the kernel's notebook give to the step; none outside of a kernel."""
    run = _executed(env)
    folder = course.exercises_folder(step)
    if not run:
        return Made({}, [], of_cells=False)
    modules = {f"{step.folder}/{path.name}": path.read_bytes() for path in sorted(folder.glob("*.py"))}
    sliced = slice_cells(_saved(run, step, env) or run, course, step, modules)
    if sliced is None:
        return Made({}, [])
    module = ModuleType(f"{PACKAGE}.{step.folder}._notebook_cells")
    module.__dict__.update(__package__=f"{PACKAGE}.{step.folder}", __file__=str(folder / "_notebook_cells.py"))
    from autograder.sandbox import worlds  # which imports torch

    beside = worlds.Worlds().importing(module.__name__)
    with (
        TemporaryDirectory(prefix="lmi-slice-") as nothing_here,  # grading has none of the files that a kernel wrote
        chdir(nothing_here),
        redirect_stdout(io.StringIO()),
        redirect_stderr(io.StringIO()),
        worlds.Seeds(),
        beside,
    ):
        exec(compile(sliced.text, module.__dict__["__file__"], "exec"), module.__dict__)
        functions = {name: module.give({}, name) for name in sliced.names}
    failed = [f"{name}: {why}" for name, why in module._failed.items()]
    failed += [why for why in module._troubles if why not in module._failed.values()]
    return Made({name: value for name, value in functions.items() if value is not None}, sliced.warnings + failed)


def _executed(env: Mapping[str, Any]) -> list[str]:
    """The cells that the kernel has run, as they were typed, in the order in which it ran them."""
    with suppress(Exception):
        return [cell for cell in env["get_ipython"]().history_manager.input_hist_raw[1:] if isinstance(cell, str)]
    return []


def _saved(run: list[str], step: Step, env: Mapping[str, Any]) -> list[str]:
    """The cells of the notebook's file, if it holds what the kernel ran last of each function; else none."""
    named = env.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME") or "lesson.ipynb"
    with suppress(Exception):
        saved = source_cells(Path(named).read_bytes())
        for name in step.homes:
            binding = re.compile(rf"(?m)^\s*(?:(?:async )?def|class) {name}\b|^\s*{name}\s*=")
            last = next((cell for cell in reversed(run) if binding.search(cell)), None)
            if last is not None and last.strip() not in saved:
                return []
        return saved if run[-1].strip() in saved else []
    return []
