"""What the hidden tests of step 04 share: models on both sides, sentences drawn anew, pairs of runs."""

import functools
from types import SimpleNamespace
from typing import NamedTuple

import pytest
import torch

from autograder.expect import ExpectationFailed
from exercises.kit.language_model import load_language_model, random_language_model
from exercises.kit.step04.sentences import Sentences, standard_sentences
from exercises.kit.step04.words import FRAMES, NAMES, PLACES, THINGS
from reference.ioi_sentences import paired_sentences
from reference.step04_ioi import attribution, heads, prompts
from reference.step04_ioi.ablation import template_means
from reference.step04_ioi.attribution import logit_difference

MODELS = 2  # untrained models of each size: to start one takes a while, and what they are given is drawn anew
HOOK_LEFT = (
    "Your function left a hook in the model. Take it out before you return, not at the next call: use "
    "`run_with_hooks`, `with model.hooks(…)`, or `model.reset_hooks()` at the end."
)


class Task(NamedTuple):
    """Prompts of made-up words: `tokens` IOI, `abc` the control."""

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
def solution():
    """The solved modules themselves, for our own models: `reference` passes data only."""
    return SimpleNamespace(prompts=prompts, attribution=attribution, heads=heads)


@pytest.fixture
def random_models(learner):
    """`random_models(seed, …)`: one untrained model twice, the learner's handle and ours."""

    def make(seed, layers=3, heads=2, width=16):
        sizes = {"layers": layers, "heads": heads, "width": width}
        few = seed % MODELS
        return learner.kit.language_model.random_language_model(few, **sizes), random_language_model(few, **sizes)

    return make


@pytest.fixture
def small_models(learner):
    """The model that the course ships: the learner's handle and ours."""
    return learner.kit.language_model.load_language_model(), load_language_model()


@pytest.fixture
def sentences(draw):
    """`sentences(count)`: arguments of make_prompts, both orders among them; with `control` also third names."""

    def make(count=6, control=False):
        frames, names, subjects = [], [], []
        for _ in range(count):
            frame = draw.choice(FRAMES)
            frames.append(frame.replace("{place}", draw.choice(PLACES)).replace("{thing}", draw.choice(THINGS)))
            io, s, subject = (NAMES[i] for i in draw.permutation(len(NAMES))[:3].tolist())
            names.append((io, s))
            subjects.append(subject)
        orders = ["ABBA", "BABA"] + [draw.choice(["ABBA", "BABA"]) for _ in range(count - 2)]
        return Sentences(frames, names, orders, subjects if control else None)

    return make


@pytest.fixture
def two_runs(draw):
    """`two_runs(model, …)`: clean and corrupted tokens, and answers that differ in both and between them."""

    @torch.no_grad()
    def make(model, prompts=3, length=8, changed=(3, 5)):
        clean = draw.integers(1, model.cfg.d_vocab, prompts, length)
        corrupted = clean.clone()
        for position in changed:
            moved = corrupted[:, position] + draw.integers(1, model.cfg.d_vocab - 1, prompts)
            corrupted[:, position] = moved % model.cfg.d_vocab
        apart = 2 * model(clean)[:, -1] - model(corrupted)[:, -1]
        return clean, corrupted, torch.stack([apart.argmax(1), apart.argmin(1)], dim=1)

    return make


@pytest.fixture
def small_runs():
    """`small_runs(how)`: the standard sentences, others to compare with ("swap_s2", "control"), answers, positions."""

    def make(how):
        model = load_language_model()
        found = prompts.make_prompts(model, *standard_sentences())
        if how == "control":
            other = prompts.make_prompts(model, *standard_sentences(control=True)).tokens
        else:
            other = prompts.corrupt_prompts(found.tokens, found.answers, found.positions, how)
        return found.tokens, other, found.answers, found.positions

    return make


@pytest.fixture
def task(draw):
    """`task(vocab, …)`: prompts from frames of made-up words, with the roles at other places in every frame."""

    def make(vocab, prompts=10, frames=3, length=9):
        names = vocab // 2  # tokens 1 … names − 1 are names, the rest are words
        frame = torch.cat([torch.arange(frames), draw.integers(0, frames, prompts - frames)])
        words = draw.integers(names, vocab, frames, length)
        words[:, 0] = 0
        places = torch.stack([1 + draw.permutation(length - 3)[:3].sort().values for _ in range(frames)])
        first, second, third = places[frame].T
        people = torch.stack([1 + draw.permutation(names - 1)[:3] for _ in range(prompts)])
        abba = draw.integers(0, 2, prompts).bool()
        abba[:2] = torch.tensor([True, False])
        positions = {"IO": torch.where(abba, first, second), "S1": torch.where(abba, second, first)}
        positions |= {"S1+1": positions["S1"] + 1, "S2": third, "END": torch.full_like(third, length - 1)}
        tokens = words[frame]
        for role, who in (("IO", 0), ("S1", 1), ("S2", 1)):
            tokens[torch.arange(prompts), positions[role]] = people[:, who]
        abc = tokens.clone()
        abc[torch.arange(prompts), third] = people[:, 2]
        return Task(tokens, abc, people[:, :2].contiguous(), positions, frame)

    return make


@pytest.fixture
def shipped(learner):
    """The learner's handle of the shipped model, and sentences for it."""
    return learner.kit.language_model.load_language_model(), _sentences()


@pytest.fixture
def clear_case(draw, learner, task):
    """`clear_case(…)`: both models and a task in which ours prefers one name clearly, so that ratios are sound."""

    def make(layers=3, heads=2, width=16, at_least=0.3):
        sizes = {"layers": layers, "heads": heads, "width": width}
        while True:  # other prompts, at the latest
            seed = draw.seed() % MODELS
            own = random_language_model(seed, **sizes)
            data = task(own.cfg.d_vocab)
            if logit_difference(own(data.tokens), data.answers).abs() > at_least:
                return learner.kit.language_model.random_language_model(seed, **sizes), own, data

    return make


@pytest.fixture
def setting(clear_case):
    """`setting(…)`: both models, a task in which one name is clearly preferred, and the means of its ABC control."""

    def make(**sizes):
        model, own, data = clear_case(**sizes)
        return model, own, data, template_means(own, data.abc, data.frames)

    return make


@functools.cache
def _sentences():
    return paired_sentences(load_language_model())
