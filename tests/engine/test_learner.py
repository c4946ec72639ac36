"""The seam in process: a test cannot tell it from a guest in the sandbox, but for real tracebacks and breakpoints."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy
import pytest
import torch

from autograder.learner import InProcess, Learner, LearnerError, Sandboxed, set_seeds
from tests.engine.tools import SUMS, own_modules

MODULE = """
import random
from dataclasses import dataclass
from typing import NamedTuple
import numpy, torch
from exercises.kit.numbers import ANSWER

class Pair(NamedTuple):
    mean: float
    std: float
class Other(NamedTuple):
    left: int
@dataclass
class Point:
    x: float
@dataclass
class Picky:
    x: float
    def __post_init__(self): raise RuntimeError("no")
def kind_of(x): return [type(x).__module__, type(x).__name__, list(x) if isinstance(x, tuple) else vars(x)]
def mean_of(pair): return pair.mean
class Model:
    def kind_of(self, x): return kind_of(x)
    def __init__(self, w): self.w = w
    def forward(self, x): return self.w * x
    def __call__(self, x): return self.forward(x)
def double(x): return 2 * x
def answer(): return ANSWER
def change(x): x.zero_(); return x
def parameter(): return torch.nn.Parameter(torch.ones(2))
def array(): return numpy.arange(3)
def pair(): return Pair(1.0, 2.0)
def weight(model): return model.w
def numbers(): return random.random(), numpy.random.rand(), torch.rand(1).item()
def fail(): raise ValueError("no")
def stub(): raise NotImplementedError("Write me")
"""

OWN = "exercises.step00_sums.sums"


class Pair(NamedTuple):
    mean: float
    std: float


class Other(NamedTuple):
    right: int


@dataclass
class Point:
    x: float


@dataclass
class Picky:
    x: float


class Unknown(NamedTuple):
    x: float


SHAPES = {
    "exercises/kit/shapes/__init__.py": "import pydoc_data\n",
    "exercises/kit/shapes/dots.py": "def dots(count): return '.' * count\n",
}


@pytest.fixture
def learner(write_course: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Learner]:
    broken = {"exercises/step00_sums/broken.py": "import ex\n"}
    root: Path = write_course({SUMS: MODULE} | broken | SHAPES)
    with own_modules():
        monkeypatch.syspath_prepend(str(root))
        yield Learner(InProcess("exercises"), "step00_sums", seed=5)


def test_a_function_gets_its_arguments_and_gives_its_value(learner: Learner) -> None:
    assert (learner.sums.double(21), learner.sums.double(x=[1])) == (42, [1, 1])


def test_an_argument_that_is_changed_in_place_is_a_copy(learner: Learner) -> None:
    x = torch.ones(3)
    assert learner.sums.change(x).sum() == 0 and x.sum() == 3


def test_a_result_is_a_copy(learner: Learner) -> None:
    model = learner.sums.Model(torch.ones(2))
    model.w.zero_()
    assert model.w.sum() == 2


@pytest.mark.parametrize(
    ("given", "arrives"),
    [
        (Pair(1.0, 2.0), [OWN, "Pair", [1.0, 2.0]]),
        (Point(3.0), [OWN, "Point", {"x": 3.0}]),
        (Other(1), ["autograder.sandbox.protocol", "Other", [1]]),
        (Unknown(1.0), ["autograder.sandbox.protocol", "Unknown", [1.0]]),
        (Picky(1.0), ["autograder.sandbox.protocol", "Picky", [1.0]]),
    ],
    ids=["named tuple", "dataclass", "other fields", "no such class", "a class that cannot be made"],
)
def test_a_record_arrives_as_the_class_of_its_name_where_the_module_has_one(
    learner: Learner, given: Any, arrives: list[Any]
) -> None:
    assert learner.sums.kind_of(given) == arrives
    assert learner.sums.Model(1).kind_of(given) == arrives


def test_a_record_within_a_list_arrives_as_the_class_of_its_name(learner: Learner) -> None:
    assert learner.sums.Model([Pair(1.0, 2.0)]).w[0] == (1.0, 2.0)
    assert learner.sums.mean_of(Pair(4.0, 2.0)) == 4.0


def test_a_parameter_arrives_as_a_plain_tensor(learner: Learner) -> None:
    found = learner.sums.parameter()
    assert type(found) is torch.Tensor and not found.requires_grad


def test_an_array_arrives_as_an_array(learner: Learner) -> None:
    assert isinstance(learner.sums.array(), numpy.ndarray)


def test_a_named_tuple_keeps_its_fields(learner: Learner) -> None:
    found = learner.sums.pair()
    assert (found.mean, found.std) == (1.0, 2.0)


def test_a_model_can_be_called_read_and_passed_back(learner: Learner) -> None:
    model = learner.sums.Model(3)
    assert (model(2), model.forward(2), model.w, learner.sums.weight(model)) == (6, 6, 3, 3)


def test_a_test_may_not_hand_over_functions(learner: Learner) -> None:
    with pytest.raises(TypeError, match="data and handles"):
        learner.sums.double(print)


def test_random_numbers_depend_on_the_seed_and_the_call_alone(learner: Learner) -> None:
    other, again = (Learner(InProcess("exercises"), "step00_sums", seed) for seed in (6, 5))
    first, second = learner.sums.numbers(), learner.sums.numbers()
    random.random()
    assert again.sums.numbers() == first != second and not set(other.sums.numbers()) & set(first)


def test_the_kit_is_reached_from_both_sides(learner: Learner) -> None:
    assert learner.sums.answer() == 42
    with pytest.raises(LearnerError, match="has no `nothing`"):
        learner.kit.numbers.nothing()


def test_a_module_in_a_folder_of_the_kit_can_be_reached(learner: Learner) -> None:
    assert learner.kit.shapes.dots.dots(3) == "..."


def test_what_is_not_in_a_folder_of_the_kit_is_missing(learner: Learner) -> None:
    with pytest.raises(LearnerError, match="there is no exercises/kit/shapes/gone.py"):
        learner.kit.shapes.gone.f()
    with pytest.raises(LearnerError, match="dots.py has no `gone`"):
        learner.kit.shapes.dots.gone()


def test_no_module_outside_of_the_kit_is_reached_through_it(learner: Learner) -> None:
    with pytest.raises(LearnerError, match="there is no exercises/kit/shapes/pydoc_data/topics.py"):
        learner.kit.shapes.pydoc_data.topics.topics()


def test_what_a_test_calls_of_the_kit_is_no_function_of_the_step(learner: Learner) -> None:
    learner.kit.shapes.dots.dots(learner.sums.double(1))
    assert learner.called == {"double"}


def test_a_missing_function_is_missing(learner: Learner) -> None:
    with pytest.raises(LearnerError, match="sums.py has no `treble`") as caught:
        learner.sums.treble(1)
    assert caught.value.kind == "missing"


def test_a_missing_module_is_missing(learner: Learner) -> None:
    with pytest.raises(LearnerError, match="there is no exercises/step00_sums/gone.py"):
        learner.gone.f()


def test_a_module_that_imports_what_is_not_there_is_not_missing(learner: Learner) -> None:
    with pytest.raises(ModuleNotFoundError, match="'ex'"):
        learner.broken.f()


@pytest.mark.parametrize(("name", "error"), [("fail", ValueError), ("stub", NotImplementedError)])
def test_an_exception_comes_through_as_it_is(learner: Learner, name: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        getattr(learner.sums, name)()
    assert caught.traceback[-1].path.name == "sums.py"


def test_nothing_is_imported_before_it_is_asked_for(learner: Learner) -> None:
    function = learner.sums.double
    assert "exercises.step00_sums.sums" not in sys.modules
    assert function(1) == 2


def test_all_three_sources_of_chance_are_seeded() -> None:
    drawn = []
    for _ in range(2):
        set_seeds(2**62)
        drawn.append((random.random(), numpy.random.rand(), torch.rand(1).item()))
    assert drawn[0] == drawn[1]


STUBS = """
import functools
import torch
def bare(x): raise NotImplementedError
def told(x):
    "What it is for."
    raise NotImplementedError("Write me")
@torch.no_grad()
def without_gradients(x): raise NotImplementedError("Write me")
class Model:
    def forward(self, x): raise NotImplementedError("Write me")
"""
STUB_BELOW = "\ndef bare(x): raise NotImplementedError\n"
NO_STUBS = """
import functools
from exercises.kit.numbers import ANSWER
def some(x):
    if x: return x
    raise NotImplementedError("for no x")
def returned(x): return NotImplementedError
def yielded(x): yield NotImplementedError
def refused(x): raise ValueError(x)
def caught(x):
    try: raise NotImplementedError
    except NotImplementedError: return 1
def answering(function):
    return functools.wraps(function)(lambda x: 2 * x)
@answering
def decorated(x): raise NotImplementedError("Write me")
class Model: pass
later = refused
def rebound(x): raise NotImplementedError("Write me")
rebound = lambda x: 2 * x
"""


GUEST = {"call_seconds": 20, "call_cpu_seconds": 20, "submission_seconds": 60, "cpu_seconds": 60, "memory_mb": 500,
         "processes": 16, "file_mb": 2, "tmp_mb": 4, "output_kb": 1, "reply_mb": 4}  # fmt: skip
Foreseen = Callable[[str, str], "LearnerError | None"]


@pytest.fixture(params=["home", "guest"])
def foreseen(request: Any, write_course: Any, monkeypatch: pytest.MonkeyPatch, tiny_sandbox: Any) -> Foreseen:
    """What a call of a function of a module's text is sure to meet."""

    def of(text: str, name: str) -> LearnerError | None:
        if request.param == "home":
            monkeypatch.syspath_prepend(write_course({SUMS: text}))
            with own_modules():
                return InProcess("exercises").foreseen("step00_sums.sums", name.split("."))
        transport = Sandboxed(tiny_sandbox, {"step00_sums/sums.py": text}, GUEST)
        try:
            return transport.foreseen("step00_sums.sums", name.split("."))
        finally:
            transport.close()

    return of


@pytest.mark.parametrize("name", ["bare", "told", "without_gradients", "Model.forward"])
def test_a_stub_is_known_without_a_call(foreseen: Foreseen, name: str) -> None:
    met = foreseen(STUBS, name)
    assert met and met.kind == "not_started" and met.where
    assert met.where["function"] == name.rpartition(".")[2]


OTHERS = ["some", "returned", "yielded", "refused", "caught", "decorated", "Model", "Model.forward", "later", "rebound",
          "no"]  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_whatever_else_is_there_is_tested(foreseen: Foreseen, name: str) -> None:
    assert not foreseen(NO_STUBS, name)


NOT_IMPORTED = ["def bare(:", "raise SystemExit"]


@pytest.mark.parametrize("text", NOT_IMPORTED)
def test_a_module_that_cannot_be_imported_is_tested(foreseen: Foreseen, text: str) -> None:
    assert not foreseen(text + STUB_BELOW, "bare")


@pytest.mark.parametrize("foreseen", ["guest"], indirect=True)
def test_a_module_that_ends_its_process_is_tested(foreseen: Foreseen) -> None:
    assert not foreseen("import os; os._exit(0)" + STUB_BELOW, "bare")
