"""What the public tests of step 04 share: the learner's models beside our own, and a few sentences."""

import functools
from typing import NamedTuple

import pytest
import torch

from autograder.expect import ExpectationFailed
from exercises.kit.language_model import random_language_model
from exercises.kit.step04.sentences import standard_sentences
from exercises.kit.step04.words import FRAMES

PAIRS = (("Mary", "John"), ("Tom", "Anna"), ("Paul", "Lisa"))
HOOK_LEFT = (
    "Your function left a hook in the model. Take it out before you return, not at the next call: use "
    "`run_with_hooks`, `with model.hooks(…)`, or `model.reset_hooks()` at the end."
)


class Task(NamedTuple):
    """Prompts of made-up words: `tokens` IOI, `abc` the control with a third name at S2."""

    tokens: torch.Tensor
    abc: torch.Tensor
    answers: torch.Tensor
    positions: dict[str, torch.Tensor]
    frames: torch.Tensor


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    """A failure after which a model still holds a hook is told with its cause."""
    try:
        return (yield)
    except ExpectationFailed as failed:
        if "learner" in pyfuncitem.funcargs and pyfuncitem.funcargs["learner"].kit.language_model.hooks_left():
            raise ExpectationFailed(failed.summary, failed.details, HOOK_LEFT, failed.vague) from None
        raise


@pytest.fixture
def random_models(learner):
    """`random_models(seed, layers=…, heads=…, width=…)`: an untrained model, the learner's handle and ours."""

    def make(seed=0, **sizes):
        return learner.kit.language_model.random_language_model(seed, **sizes), _random_model(seed, **sizes)

    return make


@pytest.fixture
def ioi():
    """`ioi(model, count)`: tokens, answers and positions of IOI sentences, put together by hand."""
    return _ioi


def _ioi(model, count=6):
    """All of these frames put their names in known places."""
    sentences = standard_sentences(count)
    rows, answers = [], []
    for frame, (io, s), order in zip(*sentences[:3], strict=True):
        a, b = (io, s) if order == "ABBA" else (s, io)
        rows.append(model.to_tokens(frame.format(A=a, B=b, S=s))[0])
        answers.append([model.to_single_token(f" {io}"), model.to_single_token(f" {s}")])
    tokens, answers = torch.stack(rows), torch.tensor(answers)
    places = torch.arange(tokens.shape[1]).expand_as(tokens)
    io, s = ((tokens == answer[:, None]) * places for answer in answers.T)
    s2 = s.max(1).values
    s1 = s.sum(1) - s2
    positions = {"IO": io.max(1).values, "S1": s1, "S1+1": s1 + 1, "S2": s2, "END": places[:, -1].clone()}
    return tokens, answers, positions


@pytest.fixture
def ioi_runs():
    """`ioi_runs(model)`: clean tokens, corrupted tokens in which S2 (position 10) is IO, and the answers."""
    return _ioi_runs


def _ioi_runs(model):
    def tokens(swap_s2):
        return model.to_tokens([
            FRAMES[0].format(A=io, B=s, S=io if swap_s2 else s, place="store", thing="drink") for io, s in PAIRS
        ])  # fmt: skip

    answers = torch.stack([model.to_tokens([f" {io}", f" {s}"], prepend_bos=False)[:, 0] for io, s in PAIRS])
    return tokens(swap_s2=False), tokens(swap_s2=True), answers


@pytest.fixture
def random_model(learner):
    """`random_model(seed, …)`: untrained, with large weights, so that every head matters."""

    def make(seed=0, layers=3, heads=2, width=16):
        return learner.kit.language_model.random_language_model(seed, layers=layers, heads=heads, width=width)

    return make


@pytest.fixture
def task():
    """`task(prompts)`: 9 tokens each, from two frames; names at 2, 4 and 6, in turns ABBA and BABA."""
    return _task


def _task(prompts=6):
    generator = torch.Generator().manual_seed(prompts)
    frames = torch.arange(prompts) % 2
    words = torch.randint(60, 100, (2, 9), generator=generator)
    words[:, 0] = 0
    people = torch.stack([1 + torch.randperm(50, generator=generator)[:3] for _ in range(prompts)])
    abba, rows = torch.arange(prompts) // 2 % 2 == 0, torch.arange(prompts)
    places = {"IO": torch.where(abba, 2, 4), "S1": torch.where(abba, 4, 2)}
    places |= {"S1+1": places["S1"] + 1, "S2": torch.full((prompts,), 6), "END": torch.full((prompts,), 8)}
    tokens = words[frames]
    for role, who in (("IO", 0), ("S1", 1), ("S2", 1)):
        tokens[rows, places[role]] = people[:, who]
    abc = tokens.clone()
    abc[:, 6] = people[:, 2]
    return Task(tokens, abc, people[:, :2].contiguous(), places, frames)


@functools.cache
def _random_model(seed, **sizes):
    return random_language_model(seed, **sizes)
