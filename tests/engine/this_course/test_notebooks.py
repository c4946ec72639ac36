"""Every step's notebook runs on the solutions, finds the course wherever it is, and is committed without outputs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course import load_course
from autograder.release.colab import UNSET, with_address
from autograder.release.leaks import leaks
from autograder.release.otter_notebook import OWN_GRADER
from autograder.release.write import release
from tests.engine.tools import ROOT

FOLDERS = [step.folder for step in load_course(ROOT).steps]
STEP_00 = ROOT / "exercises/step00_mnist_templates/lesson.ipynb"
NOTEBOOKS = [ROOT / "exercises" / folder / "lesson.ipynb" for folder in FOLDERS]
SECONDS = 300
OURS = ("exercises", "reference", "autograder")
WITH_EVERY_KERNEL = {"IPython"}
CHECKS_NEED = {"pydantic", "pytest", "pytest_jsonreport", "rich", "safetensors"}  # besides what every step needs
HOME = "/content/learn-mech-interp"
ON_COLAB = "import sys, types\nsys.modules['google.colab'] = types.ModuleType('google.colab')"

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.parent.name for path in NOTEBOOKS])


def code_cells(path: Path) -> list[Any]:
    import nbformat

    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def run_cells(folder: Path, *sources: str) -> list[str]:
    """What each cell printed, run in a new kernel in the folder."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(folder)}}).execute()
    return ["".join(out.get("text", "") for out in cell.outputs) for cell in notebook.cells]


@every_notebook
def test_a_notebook_is_committed_without_outputs(path):
    assert [cell.id for cell in code_cells(path) if cell.outputs or cell.execution_count] == []


@every_notebook
def test_the_first_cell_finds_the_course(path):
    first = code_cells(path)[0].source
    assert first.startswith("# Run this first") and "sys.path.insert(0, str(root))" in first


@pytest.mark.slow
@every_notebook
def test_a_notebook_runs_on_the_solutions_and_prints_no_recorded_number(path, monkeypatch, tmp_path):
    """What it prints is on the site."""
    monkeypatch.delenv("LMI_DATA", raising=False)  # on what every user has
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(f"from exercises.{path.parent.name}", f"from reference.{path.parent.name}")
    NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(path.parent)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = [output.get("text", "") for output in outputs]
    shown += [text for output in outputs for kind, text in output.get("data", {}).items() if kind.startswith("text/")]
    (tmp_path / "shown.txt").write_text("\n".join(shown), encoding="utf-8")
    assert leaks(load_course(ROOT), tmp_path) == []


# ---------------------------------------------------------------- what the first cell installs


def needed_by(path: Path) -> set[str]:
    """Packages that a notebook, its step (stubs and solutions) and what they import of the course import."""
    lesson = "\n".join(
        re.sub(r"(?m)^(\s*)[%!].*", r"\1pass", cell.source)
        for cell in code_cells(path)[1:]
        if not cell.source.startswith(OWN_GRADER)
    )
    found: set[str] = set()
    seen: set[Path] = set()
    pending = [ROOT / kind / path.parent.name / name.name for kind in ("exercises", "reference")
               for name in path.parent.glob("*.py")]  # fmt: skip
    texts = [(lesson, "")]
    while texts or pending:
        text, package = texts.pop() if texts else read(pending.pop(), seen)
        for module, names in imported(text, package):
            first = module.split(".")[0]
            if first in OURS:
                pending += [file for name in (module, *(f"{module}.{name}" for name in names)) for file in files(name)]
            elif first not in sys.stdlib_module_names | WITH_EVERY_KERNEL:
                found.add(first)
        pending = [file for file in pending if file not in seen]
    return found


def read(file: Path, seen: set[Path]) -> tuple[str, str]:
    seen.add(file)
    return file.read_text(encoding="utf-8"), ".".join(file.relative_to(ROOT).parts[:-1])


def imported(text: str, package: str) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            yield ".".join([*above, *([node.module] if node.module else [])]), [alias.name for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("find_spec", "import_module")):
            yield from ((name.value, []) for name in node.args if isinstance(name, ast.Constant))


def files(module: str) -> list[Path]:
    """The files of the course that importing a module of its runs: its packages' and its own."""
    parts = module.split(".")
    packages = [ROOT.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    return [file for file in (*packages, ROOT.joinpath(*parts).with_suffix(".py")) if file.is_file()]


@every_notebook
def test_the_first_cell_installs_what_the_step_imports(path):
    [listed] = re.findall(r'needed = "+([^"]+)"+', code_cells(path)[0].source)
    assert listed.split() == sorted(needed_by(path))


@every_notebook
def test_what_the_first_cell_installs_is_what_the_course_depends_on(path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    known = {re.split(r"[<>=~! ]", line)[0] for line in project["dependencies"]}
    assert {"scikit-learn" if name == "sklearn" else name for name in needed_by(path)} <= known


def test_only_what_is_missing_is_installed():
    fake = "from IPython.core.magic import register_line_magic as at\nat('pip')(lambda line: print('pip', line))"
    hide = (
        "import importlib.util\nreal = importlib.util.find_spec\nimportlib.util.find_spec = lambda name, *rest: "
        "None if name in ('jaxtyping', 'sklearn', 'pytest_jsonreport') else real(name, *rest)"
    )
    *_, printed = run_cells(STEP_00.parent, fake, hide, code_cells(STEP_00)[0].source)
    assert printed.split("\n")[0] == "pip install -q jaxtyping scikit-learn pytest_json-report"


@every_notebook
def test_a_notebook_installs_what_its_checks_need(path):
    assert f'needed += " {" ".join(sorted(CHECKS_NEED))}"' in code_cells(path)[0].source


def test_checks_need_nothing_else_that_the_course_depends_on():
    """Refuses to import everything else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {re.split(r"[<>=~! ]", line)[0] for line in project["dependencies"]} | {"sklearn"}
    others = (
        {name.replace("-", "_") for name in named} - CHECKS_NEED - {"pytest_json_report", "torch", "numpy", "jaxtyping"}
    )
    script = f"""
import sys


class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {others}:
            raise ImportError(name)


sys.meta_path.insert(0, Refuse())
from autograder.study.in_notebook import Grader

print(Grader().check("00.logits", {{}}))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.startswith("00.logits"), done.stderr


# ---------------------------------------------------------------- on Colab


@pytest.mark.slow
def test_first_cell_fetches_the_course_on_colab(tmp_path):
    released, home, elsewhere = tmp_path / "released", tmp_path / "home", tmp_path / "content"
    elsewhere.mkdir()
    release(load_course(ROOT), released)
    commit = "git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -q -m Release"
    subprocess.run(commit, shell=True, cwd=released, check=True)
    (elsewhere / "lesson.ipynb").write_bytes(with_address(STEP_00.read_bytes(), f"file://{released}"))
    first = code_cells(elsewhere / "lesson.ipynb")[0].source
    assert HOME in first
    ask = "import exercises.kit\nprint(exercises.kit.__file__)"
    *_, printed = run_cells(elsewhere, ON_COLAB, first.replace(HOME, str(home)), ask)
    assert printed.strip() == str(home / "exercises" / "kit" / "__init__.py")


def test_notebook_that_does_not_find_the_course_says_what_to_do(tmp_path):
    first = code_cells(STEP_00)[0].source
    from nbclient.exceptions import CellExecutionError

    with pytest.raises(CellExecutionError, match=f"open this notebook inside it, or on Colab copy it to {HOME}"):
        run_cells(tmp_path, ON_COLAB, first)


@every_notebook
def test_a_committed_notebook_names_no_repository(path):
    assert f"\n{UNSET}  # where Colab fetches the course from\n" in code_cells(path)[0].source
