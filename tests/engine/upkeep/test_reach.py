"""What a bank's file can change: too much is allowed, too little is not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from autograder.upkeep.reach import Reach

MODEL = """
import numpy as np
from torch import Tensor

SCALE = 2

def _half(x: Tensor) -> Tensor:
    return x / SCALE

def forward(x: Tensor) -> Tensor:
    return np.exp(_half(x))

class Net:
    def run(self, x: Tensor) -> Tensor:
        return forward(x)
"""
TRAINING = """
from . import model
from .model import Net

def train(x):
    return Net().run(x)

def loss(x):
    return model.forward(x)

def alone(x):
    return x
"""
CALLED = {"00.half": ["_half"], "00.train": ["train"], "00.loss": ["loss"], "00.alone": ["alone"]}


@pytest.fixture
def reach() -> Reach:
    results = [SimpleNamespace(id=id, called=called) for id, called in CALLED.items()]
    return Reach({"s/model.py": MODEL, "s/training.py": TRAINING}, cast(Any, SimpleNamespace(exercises=results)))


@pytest.mark.parametrize(
    ("source", "reached"),
    [
        ("def alone(x): return 7", ["alone"]),
        ("def loss(x): return 7", ["loss"]),
        ("def forward(x): return 7", ["loss", "train"]),  # by name, through a class, through a module
        ("def _half(x): return 7", ["half", "loss", "train"]),
        ("SCALE = 3", ["half", "loss", "train"]),
        ("SCALE: int = 3", ["half", "loss", "train"]),
        ("class Net: pass", ["train"]),
        ("import numpy as np\ndef alone(x): return np.sin(x)", ["alone"]),
        ("from torch import Tensor\ndef alone(x): return 7", ["alone"]),
        ("import torch as np\ndef alone(x): return np.sin(x)", ["alone", "loss", "train"]),
        ("from math import exp as forward\ndef alone(x): return 7", ["alone", "loss", "train"]),
        ('"""right: words."""\ndef new(x): return 7', []),
        ("import torch\ntorch.manual_seed(0)\ndef alone(x): return 7", ["alone", "half", "loss", "train"]),
        ("if True:\n    def alone(x): return 7", ["alone", "half", "loss", "train"]),
    ],
)
def test_a_change_reaches_what_can_run_it(reach: Reach, source: str, reached: list[str]) -> None:
    assert sorted(reach.exercises(source)) == [f"00.{name}" for name in reached]
