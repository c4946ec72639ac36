"""Computation in superposition: neurons that take absolute values of more features than there is room for."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from .features import sample_features
from .toy_model import importance_weighted_loss


class AbsoluteValueModel(nn.Module):
    """ŷ = ReLU(W2 · ReLU(W1 x) + b), one model for each instance.

    `W1` [instance, hidden, feature], `W2` [instance, feature, hidden], `b` [instance, feature]. Source: Elhage et al.
    2022, "Computation in superposition".
    """

    def __init__(
        self,
        W1: Float[Tensor, "instance hidden feature"],
        W2: Float[Tensor, "instance feature hidden"],
        b: Float[Tensor, "instance feature"],
    ) -> None:
        super().__init__()
        self.W1, self.W2, self.b = nn.Parameter(W1), nn.Parameter(W2), nn.Parameter(b)

    def forward(self, x: Float[Tensor, "batch instance feature"]) -> Float[Tensor, "batch instance feature"]:
        """Hidden neurons with a ReLU this time, weights of their own on the way out, then b and another ReLU.

        Takes and returns float32 [batch, instance, feature].
        """
        # region solution: return the model's output for every feature of x, for every example and instance
        hidden = torch.einsum("bif,ihf->bih", x, self.W1).relu()
        return (torch.einsum("bih,ifh->bif", hidden, self.W2) + self.b).relu()
        # endregion


def dedicated_neurons(features: int, hidden: int) -> AbsoluteValueModel:
    """The solution without superposition, by hand: two neurons for one feature, |x| = ReLU(x) + ReLU(−x).

    The first hidden // 2 features come out as |x| exactly; the others come out as 0, whatever x is. One instance:
    `W1` [1, hidden, features], `W2` [1, features, hidden], `b` [1, features], float32. Takes two ints with
    hidden // 2 ≤ features. Source: Elhage et al. 2022, "Computation in superposition".
    """
    # region solution: return the model that gives |x| for as many features as have two neurons, and 0 for the others
    W1, W2 = torch.zeros(1, hidden, features), torch.zeros(1, features, hidden)
    for k in range(hidden // 2):
        W1[0, 2 * k, k], W1[0, 2 * k + 1, k] = 1, -1
        W2[0, k, 2 * k : 2 * k + 2] = 1
    return AbsoluteValueModel(W1, W2, torch.zeros(1, features))
    # endregion


def train_absolute_value(
    probability: Float[Tensor, "instance feature"],
    importance: Float[Tensor, "instance feature"],
    hidden: int,
    *,
    steps: int = 2000,
    batch_size: int = 256,
    learning_rate: float = 0.01,
    seed: int = 0,
) -> AbsoluteValueModel:
    """Train models to output |x| of sparse x between −1 and 1; returns the trained `AbsoluteValueModel`.

    The samples are those of `sample_features` with a random sign each, the target is |x|, the loss
    `importance_weighted_loss`, the optimiser and its learning rate those of `train_toy_models`; `W1` and `W2` start
    from normal values of standard deviation 0.1, `b` from zeros. Start and batches come from `seed`: the same seed
    gives the same weights. Takes float32 [instance, feature] twice. Judged by what is learned. Source: Elhage et
    al. 2022, "Computation in superposition".
    """
    # region solution: return the AbsoluteValueModel, each of its instances trained to give |x|
    generator = torch.Generator().manual_seed(seed)
    instances, features = probability.shape
    model = AbsoluteValueModel(
        torch.randn(instances, hidden, features, generator=generator) * 0.1,
        torch.randn(instances, features, hidden, generator=generator) * 0.1,
        torch.zeros(instances, features),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, 2 - 2 * step / steps))
    for _ in range(steps):
        size = sample_features(batch_size, probability, generator)
        sign = torch.randint(0, 2, size.shape, generator=generator) * 2 - 1
        loss = importance_weighted_loss(size, model(sign * size), importance)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return model
    # endregion
