"""Two features, one dimension: leave one out, or put them opposite each other? The answer changes abruptly."""

from jaxtyping import Float, Int64
from torch import Tensor

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
    raise NotImplementedError("Return the expected loss of each of the three ways, for every cell")


def classify_phases(W: Float[Tensor, "instance 1 2"]) -> Int64[Tensor, "instance"]:
    """Which of [1, 0], [0, 1], [1, −1] each model's two weights resemble most: 0 ignored, 1 dedicated, 2 antipodal.

    Resemblance is the absolute cosine: neither the size of the weights nor the sign of the dimension matters. Takes
    float [instance, 1, 2]; returns int64 [instance]. Source: this project, after Elhage et al. 2022, "Superposition as
    a phase change".
    """
    raise NotImplementedError("Return which of the three ways each model's two weights resemble most")


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
    raise NotImplementedError("Return the phase of every cell of the grid, in theory and trained")
