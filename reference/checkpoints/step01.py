"""Recomputes the recorded numbers of step 01: one function for each, named as in step01.json."""

import torch

from exercises.kit.step01.shapes import square_antiprism
from reference.step01_superposition.geometry import feature_dimensionality
from reference.step01_superposition.phases import phase_losses
from reference.step01_superposition.toy_model import train_toy_models


def pentagon_weights() -> list[list[float]]:
    model = train_toy_models(torch.full((1, 5), 0.02), torch.ones(1, 5), 2, steps=2000, seed=0)
    W = torch.complex(*model.W.detach()[0])
    W = W * W[0].conj() / W[0].abs()  # turn feature 0 to angle 0
    W = W[((W.angle() + 0.1) % (2 * torch.pi)).argsort()]  # number the features as they come, all the way round
    return [W.real.tolist(), W.imag.tolist()]


def square_antiprism_dimensionality() -> float:
    return feature_dimensionality(square_antiprism()[None]).mean().item()


def antipodal_boundary() -> float:
    """The probability at which antipodal and dedicated cost the same, for equal importances, by bisection."""
    low, high = 0.1, 0.9
    for _ in range(40):
        middle = (low + high) / 2
        _, dedicated, antipodal = phase_losses(torch.tensor([middle]), torch.ones(1))[0].tolist()
        low, high = (middle, high) if antipodal < dedicated else (low, middle)
    return low
