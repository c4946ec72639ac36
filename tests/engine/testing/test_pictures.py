"""Pictures ask the course's own functions: what they answered for one submission they answer for the next."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from autograder.learner import Learner
from autograder.testing.pictures import _Reference

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
