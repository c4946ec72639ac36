"""Runs the real Otter-Grader, as course staff would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engine.tools import ROOT

NOTEBOOK = {"cells": [], "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}, "nbformat": 4}


@dataclass
class OtterRan:
    """A finished `otter run`: its exit status, results.json and what it printed."""

    status: int
    results: dict[str, Any]
    printed: str

    @property
    def scores(self) -> dict[str, float]:
        """Exercise id → points."""
        return {test["name"]: test["score"] for test in self.results["tests"] if "score" in test}

    @property
    def total(self) -> float:
        return round(sum(self.scores.values()), 6)


def notebook(*cells: str) -> str:
    empty = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    made = [empty | {"id": f"cell-{number}", "source": source} for number, source in enumerate(cells)]
    return json.dumps(NOTEBOOK | {"nbformat_minor": 5, "cells": made})


def hand_in(place: Path, files: Mapping[str, str | bytes]) -> Path:
    """A zip as `grader.export` makes it: a notebook and the modules beside it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place, "w") as archive:
        for name, text in ({"lesson.ipynb": notebook()} | dict(files)).items():
            archive.writestr(name, text)
    return place


def otter_run(submission: Path, bundle: Path, out: Path) -> OtterRan:
    out.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "otter", "run", str(submission), "-a", str(bundle), "-o", str(out), "--no-logo"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=out, env=environment, timeout=600)
    file = out / "results.json"
    return OtterRan(done.returncode, json.loads(file.read_text()) if file.exists() else {}, done.stdout + done.stderr)
