"""Computation in superposition: neurons that take absolute values of more features than there is room for."""

from jaxtyping import Float
from torch import Tensor, nn


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
        raise NotImplementedError("Return the model's output for every feature of x, for every example and instance")


def dedicated_neurons(features: int, hidden: int) -> AbsoluteValueModel:
    """The solution without superposition, by hand: two neurons for one feature, |x| = ReLU(x) + ReLU(−x).

    The first hidden // 2 features come out as |x| exactly; the others come out as 0, whatever x is. One instance:
    `W1` [1, hidden, features], `W2` [1, features, hidden], `b` [1, features], float32. Takes two ints with
    hidden // 2 ≤ features. Source: Elhage et al. 2022, "Computation in superposition".
    """
    raise NotImplementedError(
        "Return the model that gives |x| for as many features as have two neurons, and 0 for the others"
    )


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
    raise NotImplementedError("Return the AbsoluteValueModel, each of its instances trained to give |x|")
