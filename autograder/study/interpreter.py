"""Another Python interpreter that runs a module of this engine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import autograder


def command(module: str) -> list[str]:
    """How to run a module of the engine; nothing in the current folder can stand in its way."""
    return [sys.executable, "-P", "-m", module]


def environment() -> dict[str, str]:
    """This process's environment, in which the engine is found also where it is not installed."""
    home = str(Path(autograder.__file__).parents[1])
    found = [] if os.pathsep in home else [home]  # which PYTHONPATH cannot hold
    path = [*found, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(path)}
