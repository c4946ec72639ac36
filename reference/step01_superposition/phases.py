"""Two features, one dimension: leave one out, or put them opposite each other? The answer changes abruptly."""

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from .features import sample_features
from .toy_model import train_toy_models

IGNORED, DEDICATED, ANTIPODAL = range(3)  # what becomes of the second feature
PHASES = ("ignored", "dedicated", "antipodal")


def phase_losses(probability: Float[Tensor, "cell"], importance: Float[Tensor, "cell"]) -> Float[Tensor, "cell 3"]:
    """The expected loss of the three ways to fit two features into one dimension, in closed form.

    Both features are present with `probability`, independently; the first has importance 1, the second `importance`.
    The ways, in this order: *ignored*, W = [1, 0], the second feature is left out; *dedicated*, W = [0, 1], it has the
    dimension and the first is left out; *antipodal*, W = [1, −1]. A feature with its own dimension, and both of the
    antipodal ones, have b = 0; one that is left out has the best b there is, its mean. The loss is that of
    `importance_weighted_loss` for one instance: a mean over the two features. Takes float [cell] twice; returns float
    [cell, 3]. Source: Elhage et al. 2022, "Superposition as a phase change"; derived in this step's lesson.
    """
    # region solution: return the expected loss of each of the three ways, for every cell
    p, r = probability, importance
    left_out = p / 3 - p**2 / 4  # E[x²] − E[x]²
    collision = p**2 / 6  # both present, and then E[min(x1, x2)²]
    return torch.stack([r * left_out, left_out, (1 + r) * collision], -1) / 2
    # endregion


def classify_phases(W: Float[Tensor, "instance 1 2"]) -> Int64[Tensor, "instance"]:
    """Which of [1, 0], [0, 1], [1, −1] each model's two weights resemble most: 0 ignored, 1 dedicated, 2 antipodal.

    Resemblance is the absolute cosine: neither the size of the weights nor the sign of the dimension matters. Takes
    float [instance, 1, 2]; returns int64 [instance]. Source: this project, after Elhage et al. 2022, "Superposition as
    a phase change".
    """
    # region solution: return which of the three ways each model's two weights resemble most
    half = 0.5**0.5
    directions = torch.tensor([[1.0, 0.0], [0.0, 1.0], [half, -half]], dtype=W.dtype)
    return (W[:, 0] @ directions.T).abs().argmax(1)
    # endregion


def phase_diagram(
    probability: Float[Tensor, "column"],
    importance: Float[Tensor, "row"],
    *,
    restarts: int = 4,
    steps: int = 1000,
    seed: int = 0,
) -> tuple[Int64[Tensor, "row column"], Int64[Tensor, "row column"]]:
    """The phase of every cell of a grid, twice: (theory, trained), with 0 ignored, 1 dedicated, 2 antipodal.

    Cell [r, c] has features of `probability[c]`, importances 1 and `importance[r]`. Theory: the way of least
    `phase_losses`. Trained: `restarts` instances with hidden = 1 for each cell, all in one call of `train_toy_models`
    with `steps` and `seed`; of a cell's restarts the one of least loss on at least 4,000 fresh samples counts (a model
    may get stuck, hence restarts). Takes float [column] and [row]; returns int64 [row, column] twice. Source: Elhage
    et al. 2022, "Superposition as a phase change".
    """
    # region solution: return the phase of every cell of the grid, in theory and trained
    rows, columns = len(importance), len(probability)
    p, r = probability.repeat(rows), importance.repeat_interleave(columns)  # [cell], row after row
    theory = phase_losses(p, r).argmin(1)

    p_both = p.repeat(restarts)[:, None].expand(-1, 2)  # [restart · cell, 2]
    weights = torch.stack([torch.ones_like(r), r], 1).repeat(restarts, 1)
    model = train_toy_models(p_both, weights, 1, steps=steps, seed=seed)
    with torch.no_grad():
        x = sample_features(8192, p_both, torch.Generator().manual_seed(seed))
        loss = (weights * (x - model(x)) ** 2).mean((0, 2))  # [restart · cell]
        best = loss.view(restarts, -1).argmin(0)  # [cell]
        trained = classify_phases(model.W).view(restarts, -1)[best, torch.arange(rows * columns)]
    return theory.view(rows, columns), trained.view(rows, columns)
    # endregion
