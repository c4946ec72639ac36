"""Pictures ask the course's own functions: what they answered for one submission they answer for the next."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from autograder.learner import InProcess, Learner
from autograder.testing import pictures
from autograder.testing.pictures import _Reference, draw_picture

MODULE = """
import torch

calls = []

def doubled(x):
    calls.append(x)
    return {"twice": 2 * x}

def asked():
    return len(calls)

class Counter:
    def __init__(self):
        self.n = 0
    def up(self):
        self.n += 1
        return self.n
"""


@pytest.fixture
def side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Learner]:
    folder = tmp_path / "reference" / "step00_sums"
    folder.mkdir(parents=True)
    (folder / "adding.py").write_text(MODULE)
    for name in [name for name in sys.modules if name.partition(".")[0] == "reference"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield Learner(_Reference(tmp_path), "step00_sums")
    for name in [name for name in sys.modules if name.partition(".")[0] == "reference"]:
        del sys.modules[name]


def again(tmp_path: Path) -> Learner:
    """As the next submission's picture asks."""
    return Learner(_Reference(tmp_path), "step00_sums")


def test_the_same_question_is_computed_once(side: Learner, tmp_path: Path) -> None:
    x = torch.arange(3.0)
    first = side.adding.doubled(x)["twice"]
    first += 1  # a drawing may write into what it was given
    assert again(tmp_path).adding.doubled(x)["twice"].tolist() == [0, 2, 4]
    assert sys.modules["reference.step00_sums.adding"].asked() == 1


@pytest.mark.parametrize(
    "other", [torch.tensor([0.0, 1.0, 2.5]), torch.arange(3.0).double(), torch.arange(3.0)[:, None]]
)
def test_another_question_is_computed(side: Learner, tmp_path: Path, other: torch.Tensor) -> None:
    side.adding.doubled(torch.arange(3.0))
    assert again(tmp_path).adding.doubled(other)["twice"].equal(2 * other)


def test_an_object_is_not_shared(side: Learner, tmp_path: Path) -> None:
    counter = side.adding.Counter()
    assert [counter.up(), counter.up()] == [1, 2]
    assert again(tmp_path).adding.Counter().up() == 1


# ---------------------------------------------------------------- the same values, the same picture

DRAWING = """
from matplotlib.figure import Figure


def bars(learner, reference):
    figure = Figure(figsize=(1, 1))
    figure.subplots().bar([0, 1, 2], learner.adding.doubled(reference.adding.doubled(X)["twice"])["twice"].tolist())
    return figure
"""


@pytest.fixture
def drawn(side: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Draws for a submission whose `doubled` ends in this, and counts what is drawn in `drawn.times`."""
    (tmp_path / "reference" / "pictures").mkdir()
    (tmp_path / "reference" / "pictures" / "stepaa.py").write_text(f"import torch\nX = torch.arange(3.0)\n{DRAWING}")
    course, step = SimpleNamespace(root=tmp_path), SimpleNamespace(id="aa", folder="step00_sums")
    (tmp_path / "mine" / "step00_sums").mkdir(parents=True)
    real, drawings = pictures._drawn, []
    monkeypatch.setattr(pictures, "_drawn", lambda figure: drawings.append(figure) or real(figure))

    def draw(answer: str) -> str:
        for name in [name for name in sys.modules if name.partition(".")[0] == "mine"]:
            del sys.modules[name]
        importlib.invalidate_caches()
        code = f"import torch\n\ndef doubled(x):\n    return {{'twice': {answer}}}\n"
        (tmp_path / "mine" / "step00_sums" / "adding.py").write_text(code)
        shutil.rmtree(tmp_path / "mine" / "step00_sums" / "__pycache__", ignore_errors=True)
        return draw_picture(course, step, "bars", InProcess("mine"))

    draw.times = drawings
    return draw


def test_the_same_values_are_drawn_once(drawn: Callable[[str], str]) -> None:
    first = drawn("2 * x")
    assert first.startswith("data:image/png;base64,") and drawn("x + x") == first
    assert len(drawn.times) == 1


@pytest.mark.parametrize("answer", ["2 * x + 1e-3", "(2 * x).double()", "3 * x"])
def test_other_values_are_drawn(drawn: Callable[[str], str], answer: str) -> None:
    drawn("2 * x")
    drawn(answer)
    assert len(drawn.times) == 2


def test_what_cannot_be_drawn_is_not_remembered(drawn: Callable[[str], str]) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            drawn("1 / 0")
    assert drawn("2 * x") and len(drawn.times) == 1
