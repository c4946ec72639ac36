"""A run of pytest on a tiny course, in this process."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.engine.tools import own_modules


@dataclass
class Ran:
    """A finished run of pytest."""

    status: int
    out: str

    def after(self, words: str) -> str:
        assert words in self.out, self.out
        return self.out.split(words, 1)[1]


def run_pytest(root: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Ran:
    """`pytest` at the root of a tiny course: its public tests unless the arguments name others."""
    printed, chosen = io.StringIO(), [word for word in arguments if word.startswith("tests/")]
    options = ["-p", "autograder.testing.plugin", "-p", "no:cacheprovider", "--import-mode=importlib"]
    given = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "120", **(environment or {})}
    with own_modules(), chdir(root), patch.dict(os.environ, given), redirect_stdout(printed), redirect_stderr(printed):
        status = pytest.main([*options, f"--rootdir={root}", *arguments, *([] if chosen else ["tests/public"])])
    return Ran(int(status), printed.getvalue())
