"""Handles for the tests of step 05: to put a learner's autoencoder and optimiser into a state, and to look into it.

A test talks to the learner's side by calls; these are the calls that the autoencoder itself does not offer. Graded, a
module of this name is made from its file for each call; what it reads is compared with what the grader works out.
"""

from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn


class ReconstructedFrom(NamedTuple):
    """What `Thresholded` makes of its input."""

    x_hat: Float[Tensor, "batch instance d"]
    h: Float[Tensor, "batch instance latent"]


def adam_moments(sae: nn.Module, optimiser: torch.optim.Optimizer) -> dict[str, dict[str, Tensor]]:
    """Copies of what Adam remembers of each parameter, by its name: `exp_avg`, `exp_avg_sq`; none before a step."""
    return {
        name: {
            key: optimiser.state[parameter][key].clone()
            for key in ("exp_avg", "exp_avg_sq")
            if optimiser.state[parameter]
        }
        for name, parameter in sae.named_parameters()
    }


def adam(sae: nn.Module, learning_rate: float = 1e-3) -> torch.optim.Optimizer:
    """A new Adam for all parameters."""
    return torch.optim.Adam(sae.parameters(), lr=learning_rate)


def put_gradient(sae: nn.Module, name: str, gradient: Tensor) -> None:
    """Make `gradient` the gradient of the parameter of that name."""
    sae.get_parameter(name).grad = gradient.clone()


def gradient(sae: nn.Module, name: str) -> Tensor:
    """A copy of the gradient of the parameter of that name; zeros where there is none."""
    parameter = sae.get_parameter(name)
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad.clone()


def run_backward(sae: nn.Module, method: str, x: Tensor) -> None:
    """Call a method, as "encode", with x, and send the sum of what it returns back to the parameters that it needed."""
    total = getattr(sae, method)(x).sum()
    if total.requires_grad:
        total.backward()


def with_encode(sae: nn.Module, h: Tensor) -> nn.Module:
    """The same autoencoder, but as of a subclass whose `encode` always returns h."""
    sae.__class__ = type("Subclass", (type(sae),), {"encode": lambda self, x: h})
    return sae


def remember_a_step(sae: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    """One step that lowers every weight: from then on Adam's moments are above 0 everywhere."""
    for parameter in sae.parameters():
        parameter.grad = 1 + parameter.detach().abs()
    optimiser.step()


class Thresholded(nn.Module):
    """Another architecture, made of an autoencoder: latents count only where they are above a threshold.

    It has the four weights and can be called, as `train_sae` asks; there is no `encode` and no `decode`.
    """

    def __init__(self, sae: Any, threshold: float) -> None:
        super().__init__()
        self.W_enc, self.b_enc, self.W_dec, self.b_dec = sae.W_enc, sae.b_enc, sae.W_dec, sae.b_dec
        self._sae, self._threshold = sae, threshold

    def forward(self, x: Float[Tensor, "batch instance d"]) -> ReconstructedFrom:
        h = self._sae.encode(x)
        h = h * (h > self._threshold)
        return ReconstructedFrom(self._sae.decode(h), h)
