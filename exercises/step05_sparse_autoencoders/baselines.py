"""What a dictionary must beat: directions that nobody had to learn, with as many of them active."""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor


class Basis(NamedTuple):
    """A linear code: coefficients = (x − mean) @ analysis, and back: coefficients @ synthesis + mean."""

    mean: Float[Tensor, "d"]
    analysis: Float[Tensor, "d component"]
    synthesis: Float[Tensor, "component d"]


def principal_components(x: Float[Tensor, "batch d"]) -> Basis:
    """The directions of greatest variance, greatest first, as a `Basis` of all d of them.

    `mean` is x's; `analysis` has the unit directions as columns, `synthesis` as rows. Takes float32 [batch, d] with
    batch ≥ d; returns float32 [d], [d, d], [d, d]. A direction's sign is free. Source: Cunningham et al. 2023,
    section 3.3 (PCA as a baseline).
    """
    raise NotImplementedError("Return the Basis of the directions of greatest variance, greatest first, about the mean")


def neuron_basis(x: Float[Tensor, "batch d"]) -> Basis:
    """The neurons themselves, read from 0. Given."""
    eye = torch.eye(x.shape[1])
    return Basis(torch.zeros(x.shape[1]), eye, eye)


def random_basis(x: Float[Tensor, "batch d"], seed: int) -> Basis:
    """A random rotation, about the mean. Given."""
    d = x.shape[1]
    rotation = torch.linalg.qr(torch.randn(d, d, generator=torch.Generator().manual_seed(seed))).Q
    return Basis(x.mean(0), rotation, rotation.T)


def independent_components(x: Float[Tensor, "batch d"], seed: int) -> Basis:
    """FastICA's directions after 30 iterations, settled or not. Given.

    They are not at right angles. More iterations change little, and take long.
    """
    import warnings

    from sklearn.decomposition import FastICA
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        ica = FastICA(whiten="unit-variance", random_state=seed, max_iter=30).fit(x.numpy())
    analysis, synthesis = torch.from_numpy(ica.components_).float().T, torch.from_numpy(ica.mixing_).float().T
    return Basis(torch.from_numpy(ica.mean_).float(), analysis, synthesis)


def sparse_reconstruction(x: Float[Tensor, "batch d"], basis: Basis, k: int) -> Float[Tensor, "batch d"]:
    """Reconstruct every example from the k components that contribute most to it.

    A component's contribution to an example is its coefficient times its row of `synthesis`; the k of each example
    whose contributions have the largest norm are kept (either sign), all others are dropped, and the mean is added.
    Takes float32 [batch, d], a `Basis` and 0 ≤ k ≤ component; returns float32 [batch, d]. Raises ValueError for other
    k. Source: as in Cunningham et al. 2023, section 3.3; keeping the k largest makes L0 the same as an autoencoder's.
    """
    raise NotImplementedError("Return what the k largest contributions to each example, and the mean, add up to")
