"""A course with a kit and nothing else, and each sandbox that works here started for it."""

import pytest

from autograder.sandbox import own_user
from autograder.sandbox.backends import bwrap_problem
from autograder.sandbox.host import Sandbox


@pytest.fixture(scope="module", params=["bwrap", "user", "process"])
def sandbox(request, course_root):
    root = course_root
    problem = {"bwrap": bwrap_problem, "user": lambda: own_user.problem(root)}.get(request.param, lambda: None)()
    if problem:
        pytest.skip(problem)
    with Sandbox(request.param, root, root / "exercises" / "kit") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def course_root(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    root.chmod(0o700)
    kit = root / "exercises" / "kit"
    kit.mkdir(parents=True)
    (kit / "__init__.py").write_text("")
    (kit / "numbers.py").write_text("ANSWER = 42\n")
    (kit / "shapes").mkdir()
    (kit / "shapes" / "__init__.py").write_text("import pydoc_data\n")
    (kit / "shapes" / "probes.py").write_text("def count(model): return len(vars(model))\n")
    (kit / "shapes" / "dots.py").write_text("def dots(count): return '.' * count\n")
    (root / "reference").mkdir()
    return root
