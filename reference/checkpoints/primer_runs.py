"""What the primer's numbers and figures are of: two descents, a model on every sequence, its training."""

import functools
import itertools

import torch
from torch import Tensor

from reference.primer.gradients import adam_step, squares_gradient
from reference.primer.softmax import surprisal
from reference.primer.transformer import Weights, random_weights, run_transformer

ABC = torch.tensor([0, 1, 2])
SEQUENCES = [torch.tensor(letters) for letters in itertools.product(range(3), repeat=3)]
VALLEY = torch.tensor([[2.0, 0.0], [0.0, 200.0]]).sqrt()  # rows: the mean square of x · w is w₁² + 100 w₂²
TRAINING_STEPS = 40


def last_surprisal(weights: Weights, tokens: Tensor) -> Tensor:
    """What it costs to be asked for the letter before the last."""
    return surprisal(run_transformer(weights, tokens).logits[2:], tokens[1:2])[0]


def mean_surprisal(weights: Weights) -> Tensor:
    return torch.stack([last_surprisal(weights, tokens) for tokens in SEQUENCES]).mean()


def mean_pattern(weights: Weights) -> Tensor:
    return torch.stack([run_transformer(weights, tokens).pattern for tokens in SEQUENCES]).mean(0)


def valley_loss(w: Tensor) -> Tensor:
    return ((VALLEY @ w) ** 2).mean()


def descents(steps: int = 60) -> dict[str, Tensor]:
    """Two ways down the valley from (10, 1), each [step, weight]."""
    y = torch.zeros(2)
    plain = [torch.tensor([10.0, 1.0])]
    adam = [(plain[0], torch.zeros(2), torch.zeros(2))]
    for step in range(1, steps + 1):
        plain.append(plain[-1] - 0.009 * squares_gradient(plain[-1], VALLEY, y))
        adam.append(adam_step(*adam[-1], squares_gradient(adam[-1][0], VALLEY, y), step, learning_rate=0.5))
    return {"gradient descent": torch.stack(plain), "Adam": torch.stack([w for w, _, _ in adam])}


@functools.cache
def trained() -> tuple[Tensor, Weights]:
    """A model trained to say the letter before the last: its mean surprisal at each step, and its weights."""
    state = {name: (w, torch.zeros_like(w), torch.zeros_like(w)) for name, w in random_weights(seed=0).items()}
    losses = []
    for step in range(1, TRAINING_STEPS + 1):
        live = {name: w.clone().requires_grad_() for name, (w, _, _) in state.items()}
        loss = mean_surprisal(live)
        loss.backward()
        losses.append(loss.detach())
        state = {name: adam_step(*state[name], live[name].grad, step, learning_rate=0.03) for name in state}
    return torch.stack(losses), {name: w for name, (w, _, _) in state.items()}
