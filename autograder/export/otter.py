"""`lmi export otter`: a bundle for each step, made by `otter generate`, for `otter run`, `otter grade` and Gradescope.

Otter runs the learner's notebook and its tests in one process. A plugin in the bundle (`otter_plugin`) keeps the two
apart: it grades the submission in the course's sandbox, and Otter's test files tell the verdicts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from autograder.course import Course, Step
from autograder.export.bundle import course_files, refuse, requirements, write_zip
from autograder.export.errors import ExportError
from autograder.grading import SaltError, read_salt
from autograder.release import CollectionError, graders_files

SETTINGS = "otter.json"
CONFIG = "grading_configs/otter/otter_config.json"
COURSE = "lmi-course"  # the folder in the bundle's files, which no learner has
CPU_TORCH = "--extra-index-url https://download.pytorch.org/whl/cpu"
FIND_PLUGIN = """import sys

sys.path.insert(0, "{home}/source/files/{course}")  # where the course's plugin is

"""
SET_UP = """
# For the course's sandbox: bubblewrap or, where the container forbids it, users of their own, who may run this Python.
apt-get install -y bubblewrap
chmod go+x /root
"""


def export(course: Course, out: Path, steps: str | None, sandbox: str) -> int:
    """Write a bundle for each step into the folder `out` and say so; 0, or 2 with a reason."""
    try:
        refuse(course, sandbox)
        for step in course.steps_named(steps):
            bundle = out / f"step{step.id}.zip"
            print(f"{bundle} ({build(course, step, bundle, sandbox) / 2**20:.1f} MB)")
    except (ExportError, SaltError, CollectionError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print("They hold the solutions and the hidden tests: show them to nobody.")
    return 0


def build(course: Course, step: Step, out: Path, sandbox: str) -> int:
    """Write one step's bundle, whole or not at all, readable by its owner only; its size in bytes."""
    settings: dict[str, object] = {"step": step.id, "sandbox": sandbox, "salt": read_salt(course.root)}
    config = _configuration(course)
    with tempfile.TemporaryDirectory(prefix="lmi-otter-") as place:
        workplace = Path(place)
        _stage(course, step, settings, workplace)
        generated = _otter_generate(workplace, config)
        return write_zip(out, _finished(generated, str(config.get("autograder_dir", "/autograder"))))


def _configuration(course: Course) -> dict[str, object]:
    file = course.root / CONFIG
    try:
        config: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExportError(f"{file} cannot be read: {error}") from None
    return config


def _stage(course: Course, step: Step, settings: dict[str, object], workplace: Path) -> None:
    """Write what `otter generate` reads."""
    contents = [(f"{COURSE}/{name}", content) for name, content in course_files(course)]
    contents += [(f"tests/{name}", text.encode()) for name, text in graders_files(course, step).items()]
    contents += [(f"{COURSE}/{SETTINGS}", json.dumps(settings, indent=1).encode())]
    lines = [CPU_TORCH, *requirements(course, pinned=True)]
    contents += [("requirements.txt", "".join(f"{line}\n" for line in lines).encode())]
    for name, content in contents:
        path = workplace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _otter_generate(workplace: Path, config: dict[str, object]) -> Path:
    """Otter-Grader's own bundle of what was staged. Raises ExportError."""
    (workplace / "otter_config.json").write_text(json.dumps(config), encoding="utf-8")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    options = ["-t", "tests", "-o", "generated.zip", "-r", "requirements.txt", "--no-environment"]
    command = [sys.executable, "-m", "otter", "generate", *options, "--python-version", version, COURSE]
    done = subprocess.run(command, cwd=workplace, capture_output=True, text=True, env=_environment())
    if done.returncode != 0:
        raise ExportError(f"`otter generate` failed: {(done.stderr or done.stdout).strip()[-2000:]}")
    return workplace / "generated.zip"


def _environment() -> dict[str, str]:
    """For a process that runs elsewhere and imports the engine that runs here."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def _finished(generated: Path, home: str) -> Iterator[tuple[str, bytes]]:
    """The contents of Otter's bundle, whose scripts find the plugin and set up the sandbox."""
    with zipfile.ZipFile(generated) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "run_otter.py":
                content = FIND_PLUGIN.format(home=home, course=COURSE).encode() + content
            if name == "setup.sh":
                content += SET_UP.encode()
            yield name, content
