"""Reading the weights: how features share dimensions, and the shapes that they arrange themselves in."""

from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor


def represented(W: Float[Tensor, "instance hidden feature"]) -> Float[Tensor, "instance feature"]:
    """How strongly each feature is represented: the length ‖W_i‖ of its column, near 0 (left out) or 1 and more.

    Takes float [instance, hidden, feature]; returns float [instance, feature]. Source: Elhage et al. 2022, "Basic
    results".
    """
    raise NotImplementedError("Return how strongly each feature is represented, for every instance")


def interference(W: Float[Tensor, "instance hidden feature"]) -> Float[Tensor, "instance feature"]:
    """How much the other features disturb each feature's direction: Σ_{j≠i} (Ŵ_i · W_j)², with Ŵ_i = W_i / ‖W_i‖.

    0 for a feature that has its dimensions to itself. A feature with zero norm has interference 0. Takes float
    [instance, hidden, feature]; returns float [instance, feature]. Source: Elhage et al. 2022, "Basic results" (the
    colours of its first figures).
    """
    raise NotImplementedError("Return how much the other features disturb each feature's direction, for every instance")


def feature_dimensionality(W: Float[Tensor, "instance hidden feature"]) -> Float[Tensor, "instance feature"]:
    """The fraction of a dimension that each feature gets, D_i = ‖W_i‖² / Σ_j (Ŵ_i · W_j)², between 0 and 1.

    Ŵ_i = W_i / ‖W_i‖, and the sum runs over all j, i included. A feature with zero norm has D = 0. Takes float
    [instance, hidden, feature]; returns float [instance, feature]. Source: Elhage et al. 2022, "The geometry of
    superposition".
    """
    raise NotImplementedError("Return the fraction of a dimension that each feature gets, for every instance")


def dimensions_per_feature(W: Float[Tensor, "instance hidden feature"]) -> Float[Tensor, "instance"]:
    """How many dimensions there are for each represented feature: D* = m / ‖W‖²_F, with m = hidden.

    ‖W‖²_F, the sum of all squared weights, is about the number of features represented, as their norms are near 1 or
    0. Takes float [instance, hidden, feature]; returns float [instance], infinite for all-zero weights. Source: Elhage
    et al. 2022, "The geometry of superposition".
    """
    raise NotImplementedError("Return how many dimensions there are for each represented feature, for every instance")


class Polygon(NamedTuple):
    """What `pentagon_test` finds. Sorted, so that turning, mirroring or reordering the features changes nothing."""

    gaps: Float[Tensor, "feature"]  # degrees between neighbours, all the way round: they sum to 360
    norms: Float[Tensor, "feature"]
    is_pentagon: bool


def pentagon_test(W: Float[Tensor, "2 feature"], degrees: float = 8.0, relative: float = 0.15) -> Polygon:
    """Are these the corners of a regular pentagon, however it is turned, mirrored, numbered and scaled?

    Takes float [2, feature], one column for each feature, of one instance. Sort the directions of the columns: `gaps`
    are the angles between neighbours in degrees, from the last back to the first included; `norms` are the lengths
    ‖W_i‖. Both are sorted ascending, float [feature]. `is_pentagon` is a bool: there are exactly five features, every
    gap is within `degrees` of 72°, and no norm differs from the mean norm by more than `relative` times that. Raises
    ValueError, naming the shape it met, unless `W` has two axes and two rows. Source: Elhage et al. 2022,
    "Demonstrating superposition" (the pentagon of its first figure).
    """
    raise NotImplementedError("Return the Polygon: gaps, norms, and whether they are those of a regular pentagon")
