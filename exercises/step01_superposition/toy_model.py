"""The toy model: n features squeezed through m < n dimensions and recovered by a ReLU. Many instances train at once."""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from .features import anticorrelated_features, correlated_features, sample_features

SAMPLERS = {
    "independent": sample_features,
    "correlated": correlated_features,
    "anticorrelated": anticorrelated_features,
}


class ToyModel(nn.Module):
    """x̂ = ReLU(WᵀW x + b), one model for each instance.

    `W` is [instance, hidden, feature], `b` [instance, feature]. With `relu=False` it is the linear model x̂ = WᵀW x + b.
    Source: Elhage et al. 2022, "Demonstrating superposition".
    """

    def __init__(
        self, W: Float[Tensor, "instance hidden feature"], b: Float[Tensor, "instance feature"], relu: bool = True
    ) -> None:
        super().__init__()
        self.W, self.b, self.relu = nn.Parameter(W), nn.Parameter(b), relu

    def forward(self, x: Float[Tensor, "batch instance feature"]) -> Float[Tensor, "batch instance feature"]:
        """Squeeze the features into the hidden dimensions with W, bring them back with Wᵀ, add b, apply the ReLU.

        Each instance uses its own weights on its own column of `x`. Takes and returns float32 [batch, instance,
        feature]. There is no ReLU on the hidden dimensions, and none at all when `self.relu` is False.
        """
        raise NotImplementedError("Return what the model makes of every feature of x, for every example and instance")


def importance_weighted_loss(
    x: Float[Tensor, "batch instance feature"],
    x_hat: Float[Tensor, "batch instance feature"],
    importance: Float[Tensor, "instance feature"],
) -> Float[Tensor, ""]:
    """Squared errors times importance: the mean over batch and features, then the sum over instances.

    Summing over instances lets each instance train exactly as it would alone. Takes float32 [batch, instance, feature]
    twice and [instance, feature]; returns a tensor with no axes. Source: Elhage et al. 2022, "Demonstrating
    superposition" (the paper sums over features; a mean only rescales).
    """
    raise NotImplementedError("Return one number: how wrong x_hat is, weighed by importance")


def train_toy_models(
    probability: Float[Tensor, "instance feature"],
    importance: Float[Tensor, "instance feature"],
    hidden: int,
    *,
    steps: int = 2000,
    batch_size: int = 256,
    learning_rate: float = 0.01,
    seed: int = 0,
    relu: bool = True,
    data: str = "independent",
) -> ToyModel:
    """Train all instances together, each on fresh samples of its own features; returns the trained `ToyModel`.

    `W` [instance, hidden, feature] starts from values uniform between ±√(6 / (hidden + feature)) (Xavier), `b` from
    zeros. Each of `steps` steps draws a new batch from SAMPLERS[data], and `torch.optim.Adam` lowers
    `importance_weighted_loss`; the learning rate stays at `learning_rate` for the first half, then falls linearly
    towards 0 (`lr_scheduler.LambdaLR`, or set "lr" in `optimizer.param_groups`). Start and batches come from a
    generator seeded with `seed`: the same seed gives the same weights. Takes float32 [instance, feature] twice. Judged
    by what is learned, so other starts and schedules that get there are welcome. Source: Elhage et al. 2022,
    "Demonstrating superposition".
    """
    raise NotImplementedError("Return the ToyModel, each of its instances trained on samples of its own features")


class Collisions(NamedTuple):
    """A model's loss if its features never met, its loss as they come, and whether meeting is to blame for most."""

    apart: Float[Tensor, "instance"]
    together: Float[Tensor, "instance"]
    to_blame: Bool[Tensor, "instance"]


@torch.no_grad()
def collision_losses(
    model: ToyModel, x: Float[Tensor, "batch instance feature"], importance: Float[Tensor, "instance feature"]
) -> Collisions:
    """Why is there a loss: because features come out wrong by themselves, or because they meet?

    A loss here is the squared error times importance, averaged over batch and features, for each instance. `together`
    is that of `x`. `apart` is what it would be if what features do to the loss simply added up: the loss when nothing
    is present (of an x of zeros), and for every feature what its presence alone adds to that: the loss of `x` with all
    other features set to 0, less the loss of zeros. It may be more than `together`. `to_blame`: meeting makes up more
    than half of the loss, `together` > 2 · `apart`. Takes float32 [batch, instance, feature] and [instance, feature];
    returns float32 [instance] twice and bool [instance]. Source: this project; Elhage et al. 2022, "Superposition as a
    phase change", compute both parts for two features.
    """

    raise NotImplementedError("Return the Collisions: both losses, and where meeting is to blame")
