"""Recomputes the recorded numbers of step 01: one function for each, named as in step01.json."""

import torch

from exercises.kit.step01.shapes import square_antiprism
from reference.step01_superposition.features import sample_features
from reference.step01_superposition.geometry import dimensions_per_feature, feature_dimensionality
from reference.step01_superposition.phases import phase_losses
from reference.step01_superposition.toy_model import collision_losses, train_toy_models


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


def dimensions_per_feature_over_sparsity() -> list[float]:
    """m / ‖W‖² of the notebook's fifteen models, 200 features in 20 dimensions, at 1/(1 − S) = 1 … 10."""
    inverse = torch.tensor([1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.25, 2.5, 3.0, 3.5, 4.0, 4.5, 5.5, 7.0, 10.0])
    probability = (1 / inverse)[:, None].expand(-1, 200)
    settings = {"hidden": 20, "steps": 1200, "batch_size": 128, "learning_rate": 0.03}
    return dimensions_per_feature(train_toy_models(probability, torch.ones(15, 200), **settings).W.detach()).tolist()


def opposite_partners() -> list[int]:
    """Models of 120 that put the partners of both pairs opposite each other.

    At 1 − S = 0.05 partners that always come together, and independent ones; at 0.5 partners that never meet, and
    independent ones.
    """
    cases = (("correlated", 0.05), ("independent", 0.05), ("anticorrelated", 0.5), ("independent", 0.5))
    counts = []
    for data, probability in cases:
        W = train_toy_models(torch.full((120, 4), probability), torch.ones(120, 4), 2, seed=0, data=data).W.detach()
        cosines = torch.cosine_similarity(W[:, :, ::2], W[:, :, 1::2], dim=1)
        counts.append(int((cosines < -0.8).all(1).sum()))
    return counts


def share_lost_by_meeting() -> list[float]:
    """Of the loss of the notebook's first eight models, five features in two dimensions, at 1 − S = 1 … 0.02."""
    probability = torch.logspace(0, -1.7, 8)[:, None].expand(8, 5)
    importance = (0.9 ** torch.arange(5.0)).expand(8, 5)
    model = train_toy_models(probability, importance, hidden=2, steps=3000, seed=1)
    x = sample_features(50_000, probability, torch.Generator().manual_seed(0))
    apart, together, _ = collision_losses(model, x, importance)
    return (1 - apart / together).tolist()


def weights_along_the_phase_boundary() -> list[float]:
    """w₂/w₁ of the best of sixteen models of two features in one dimension, r = 1/2, at p = 0.30, 0.48 and 0.50."""
    ratios = []
    for p in (0.30, 0.48, 0.50):
        probability, importance = torch.full((16, 2), p), torch.tensor([1.0, 0.5]).expand(16, 2)
        model = train_toy_models(probability, importance, hidden=1, seed=0)
        x = sample_features(200_000, probability, torch.Generator().manual_seed(0))
        with torch.no_grad():
            loss = (importance * (x - model(x)) ** 2).mean((0, 2))
        W = model.W.detach()[loss.argmin(), 0]
        ratios.append((W[1] / W[0]).item())
    return ratios
