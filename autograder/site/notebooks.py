"""Notebooks on the site: as they are committed, without outputs, or with those that the solutions give."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.course import Course, Step
from autograder.site.links import Links

SECONDS = 1800  # for one cell
LONG = 15  # lines that make a first cell one to fold

Notebook = dict[str, Any]


class NotebookError(Exception):
    """A notebook cannot be read, or a cell of it stopped."""


def read_notebook(file: Path) -> Notebook:
    try:
        notebook: Notebook = json.loads(file.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotebookError(f"{file} cannot be read: {error}") from None
    return notebook


def page_of(notebook: Notebook, file: str, links: Links, note: str) -> Notebook:
    """The notebook for its page: `note` below its title, links mended, one title only, a long first cell folded."""
    cells = [{**cell, "metadata": dict(cell.get("metadata", {}))} for cell in notebook["cells"]]
    texts = [cell for cell in cells if cell["cell_type"] == "markdown"]
    titled = [cell for cell in texts if re.search(r"(?m)^# ", cell["source"])]
    for cell in texts:
        cell["source"] = links.mend(cell["source"], file)
        if titled and cell is titled[0]:
            cell["source"] = re.sub(r"(?m)^# ", "# Notebook: ", cell["source"], count=1)
        elif len(titled) > 1:
            cell["source"] = re.sub(r"(?m)^(#+ )", r"#\1", cell["source"])
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    if code and code[0]["source"].count("\n") >= LONG:
        code[0]["metadata"]["tags"] = [*code[0]["metadata"].get("tags", []), "hide-input"]
    noted = {"cell_type": "markdown", "id": "site-note", "metadata": {}, "source": note}
    top = next((at for at, cell in enumerate(cells, 1) if titled and cell is titled[0]), 0)
    metadata = {"language_info": {"name": "python", "pygments_lexer": "python"}, **notebook.get("metadata", {})}
    return {**notebook, "metadata": metadata, "cells": [*cells[:top], noted, *cells[top:]]}


def has_outputs(notebook: Notebook) -> bool:
    return any(cell.get("outputs") for cell in notebook["cells"])


def executed(course: Course, step: Step, file: Path) -> Notebook:
    """The notebook with the outputs that the solutions give. Raises NotebookError when a cell stops."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    with _solved(course) as root:
        notebook = nbformat.read(file, as_version=4)
        where = root / "exercises" / step.folder
        client = NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(where)}})
        try:
            client.execute()
        except CellExecutionError as error:
            raise NotebookError(f"{file} stops on the solutions:\n{error}") from None
    made: Notebook = json.loads(nbformat.writes(notebook))
    for cell in made["cells"]:
        cell["source"] = "".join(cell["source"])
        cell.get("metadata", {}).pop("execution", None)  # times, which are others each time
    return made


@contextmanager
def _solved(course: Course) -> Iterator[Path]:
    """A copy of the course in which the learner's modules are the solutions; all else are links to what is there."""
    with tempfile.TemporaryDirectory(prefix="lmi-site-") as place:
        root = Path(place)
        for name in ("autograder", "grading_configs", "tests", "pyproject.toml"):
            if (course.root / name).exists():
                os.symlink(course.root / name, root / name)
        (root / "exercises").mkdir()
        for inner in (course.root / "exercises").iterdir():
            if inner.name not in {step.folder for step in course.steps}:
                os.symlink(inner, root / "exercises" / inner.name)
        for step in course.steps:
            (root / "exercises" / step.folder).mkdir()
            for inner in course.exercises_folder(step).iterdir():
                solved = course.reference_folder(step) / inner.name
                os.symlink(solved if solved.is_file() else inner, root / "exercises" / step.folder / inner.name)
        yield root
