"""A notebook of a real kernel session, with all the mess that a learner's has: checked, handed in and graded alike."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from autograder.study.interpreter import environment
from tests.engine.tiny_course import write_tiny_course
from tests.engine.tools import BACKEND, ROOT

OURS = f"import sys; sys.path.insert(0, {str(ROOT)!r})  # the course's own autograder only marks the place"
CELLS = [
    "%load_ext autoreload\n%autoreload 2",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 40",
    "import sys, os, math, random, time\nimport numpy as np\nimport torch\nfrom torch import nn",
    "!echo hello from the shell",
    "%pip --version",
    "%env MY_SETTING=3",
    "from autograder.study.in_notebook import Grader\ngrader = Grader()",
    "try:\n    import tomllib_that_is_not_there as toml\nexcept ImportError:\n    toml = None",
    "torch.manual_seed(0); random.seed(0); np.random.seed(0)",
    "DEVICE = 'cuda' if torch.cuda.is_available() else 'cpu'\nDTYPE, EPS = torch.float32, float('1e-9')",
    "SCALE = 1",
    "SCALE *= 2  # both halves",
    "CONFIG = {'lr': 0.1}",
    "CONFIG['steps'] = 20; CONFIG.update(by=SCALE)",
    "class Doubler(nn.Module):\n    '''One weight.'''\n    def __init__(self, by):\n        super().__init__()\n"
    "        self.by = nn.Parameter(torch.tensor(float(by)))\n    def forward(self, x):\n        return self.by * x",
    "def double(x):\n    return x + 1  # first try",
    "grader.check('00.double')",
    "model = Doubler(0.5)\nopt = torch.optim.SGD(model.parameters(), lr=CONFIG['lr'])",
    "%%time\nlosses = []\nfor step in range(CONFIG['steps']):\n    x = torch.randn(8)\n"
    "    loss = ((model(x) - 2 * x) ** 2).mean()\n    opt.zero_grad(); loss.backward(); opt.step()\n"
    "    losses.append(loss.item())",
    "plt.plot(losses); plt.title('training'); plt.show()",
    "losses[-1]",
    "_ + 1",
    "helper = lambda x, by=CONFIG['by']: type(x)(by * x)",
    "from functools import lru_cache, partial\n\n@lru_cache(maxsize=None)\ndef cached(x):\n    return helper(x)",
    "double = partial(cached)",
    "double(4), double?",
    "%timeit -n 2 -r 1 double(3)",
    "def check_all(ids):\n    for id in ids:\n        print(grader.check(id))",
    "class Running:\n    def __init__(self, start=0):\n        self.value = start\n    def __iadd__(self, x):\n"
    "        self.value += x\n        return self",
    "signs = [1 if n else -1 for n in (True, False)]\n*_, last = signs",
    "def total(numbers):\n    so_far = Running()\n    for n in numbers:\n        so_far += n\n    return so_far.value",
    "fig, ax = plt.subplots(1, 2)\nax[0].hist(np.random.randn(100)); ax[1].imshow(np.eye(3))",
    "%%capture out\nprint('captured', total([1, 2]))",
    "out.stdout",
    "with torch.no_grad():\n    print(model(torch.ones(2)), torch.get_default_dtype())",
    "if DEVICE == 'cpu':\n    !true\n    total_again = total",
    "1 / 0",
    "time.sleep(0.01); sorted(CONFIG, key=len)",
    "check_all(['00.double', '00.total'])",
]  # fmt: skip
ORDER = [*range(17), *range(17, 25), 18, 19, 15, 16, 24, *range(25, 31), 14, 30, *range(31, 39), 23, 24]
ASKED = "import json; print('found', json.dumps({i: grader.check(i).passed for i in ('00.double', '00.total')}))"


def session(folder: Path) -> dict[str, bool]:
    """Run the cells in a kernel, some of them twice and out of order, and save the notebook as Jupyter would; what its
    checks found."""
    import nbformat

    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))
    cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    said: list[str] = []

    def run(text: str) -> None:
        said.clear()
        client.execute_interactive(text, timeout=300, output_hook=lambda m: said.append(m["content"].get("text", "")))

    try:
        run(OURS)
        for count, at in enumerate(ORDER, 2):
            run(CELLS[at])
            cells[at].execution_count = count
            cells[at].outputs = [nbformat.v4.new_output("stream", text="".join(said))]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "lesson.ipynb")
        run(ASKED)
        found: dict[str, bool] = json.loads("".join(said).rpartition("found ")[2])
        return found
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def lmi(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "autograder.cli", *arguments], cwd=root, env=environment() | {"LMI_SALT": "salt"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_checks_in_the_kernel_the_submission_and_the_grade_agree(tmp_path: Path) -> None:
    assert len(CELLS) >= 30
    root = write_tiny_course(tmp_path / "course")
    found = session(root / "exercises/step00_sums")
    assert found == {"00.double": True, "00.total": True}
    packed = lmi(root, "submit", "00", "-o", str(tmp_path / "ada.zip"))
    assert "2 of 2 exercises that you began pass their public tests." in packed
    lmi(root, "grade", str(tmp_path / "ada.zip"), "-o", str(tmp_path / "reports"), "--sandbox", BACKEND)
    report = json.loads((tmp_path / "reports" / "ada" / "report.json").read_text())
    graded = {one["id"]: one["status"] == "passed" for step in report["steps"] for one in step["exercises"]}
    assert graded == found and (report["score"], report["warnings"]) == (10, [])
