"""The engine's rooms: a sign on each door, others come in by the door, and walking one way is checked."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from tests.engine.tools import ROOT

ENGINE = ROOT / "autograder"
ROOMS = sorted(file.parent.name for file in ENGINE.glob("*/__init__.py"))
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def imports(file: Path) -> Iterator[tuple[str, str]]:
    """The modules of the engine that a file imports from, each with the name that it takes."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder."):
            yield from ((str(node.module), alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name.startswith("autograder."))


@pytest.mark.parametrize("room", ROOMS)
def test_a_sign_on_the_door_says_what_the_room_is_for(room: str) -> None:
    sign = ast.get_docstring(ast.parse((ENGINE / room / "__init__.py").read_text(encoding="utf-8")))
    assert sign is not None
    assert 3 <= len([line for line in sign.splitlines() if line]) <= 6


@pytest.mark.parametrize("room", ROOMS)
def test_others_come_in_by_the_door(room: str) -> None:
    files = [file for file in sorted(ENGINE.rglob("*.py")) if not file.is_relative_to(ENGINE / room)]
    inside = {file.stem for file in (ENGINE / room).glob("*.py")}
    around = [
        f"{file.relative_to(ROOT)}: {module}"
        for file in files
        for module, _ in imports(file)
        if module.startswith(f"autograder.{room}.") and module.split(".")[2] in inside
    ]
    assert around == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_hands_out_what_it_promises(room: str) -> None:
    door = import_module(f"autograder.{room}")
    assert [name for name in door.__all__ if not hasattr(door, name)] == []


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", LINT], capture_output=True, text=True, cwd=root)


def copy_of_the_engine(folder: Path) -> Path:
    shutil.copytree(ENGINE, folder / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_contract_is_kept(tmp_path: Path) -> None:
    assert lint(copy_of_the_engine(tmp_path)).returncode == 0


UPWARDS = {
    "expect/bounds.py": ("autograder.expect", "autograder.grading"),
    "submission/parts.py": ("autograder.submission.parts", "autograder.submission.pieces"),
}


@pytest.mark.parametrize("name", UPWARDS)
def test_an_import_that_walks_up_breaks_the_contract(tmp_path: Path, name: str) -> None:
    lower, upper = UPWARDS[name]
    file = copy_of_the_engine(tmp_path) / "autograder" / name
    file.write_text(file.read_text() + f"\nimport {upper}\n")
    done = lint(tmp_path)
    assert (done.returncode, f"{lower} is not allowed to import {upper}" in " ".join(done.stdout.split())) == (1, True)
