"""Bonus: with few examples a model stores the examples, with many the features; in between the test loss peaks."""

from jaxtyping import Float
from torch import Tensor

from .toy_model import ToyModel


def train_on_dataset(
    x: Float[Tensor, "example instance feature"],
    hidden: int,
    *,
    steps: int = 1500,
    learning_rate: float = 0.01,
    weight_decay: float = 0.01,
    seed: int = 0,
) -> ToyModel:
    """Train toy models on a fixed set of examples, the same ones in every step; returns the trained `ToyModel`.

    As `train_toy_models` with all importances 1, but each step uses all of `x`, whose axes are example, instance,
    feature, and the optimiser is `torch.optim.AdamW` with `weight_decay`. The same seed gives the same weights. Takes
    float32 [example, instance, feature] and an int. Source: Henighan et al. 2023, "Superposition, Memorization, and
    Double Descent".
    """
    raise NotImplementedError("Return the ToyModel, each of its instances trained on its own fixed examples")


def example_dimensionality(
    W: Float[Tensor, "instance hidden feature"], x: Float[Tensor, "example instance feature"]
) -> Float[Tensor, "instance example"]:
    """The fraction of a dimension that each example gets: `feature_dimensionality` of the hidden vectors h_e = W x_e.

    Takes float [instance, hidden, feature] and [example, instance, feature]; returns float [instance, example], each
    between 0 and 1, 0 for an example that leaves no trace. Source: Henighan et al. 2023.
    """
    raise NotImplementedError("Return the fraction of a dimension that each example gets, for every instance")
