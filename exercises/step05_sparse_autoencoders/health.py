"""The health panel of a sparse autoencoder: how sparse, how faithful, how many features are dead, how L1 shrinks.

What the frontier is made of: `from .autoencoder import SparseAutoencoder, initial_weights` and
`from .training import train_sae`.
"""

from typing import NamedTuple

from jaxtyping import Float, Int64
from torch import Tensor


def l0(h: Float[Tensor, "batch instance latent"]) -> Float[Tensor, "instance"]:
    """How many features are active at a time: the number of latents above 0, averaged over the batch.

    Takes float32 [batch, instance, latent], returns float32 [instance]. Source: Bricken et al. 2023, "Sparse
    Autoencoder Training".
    """
    raise NotImplementedError("Return how many latents are active in an example, on average, for each instance")


def fraction_of_variance_unexplained(
    x: Float[Tensor, "batch instance d"], x_hat: Float[Tensor, "batch instance d"]
) -> Float[Tensor, "instance"]:
    """Σ ‖x − x̂‖² / Σ ‖x − x̄‖², over the batch, for each instance: 0 is perfect, 1 no better than the mean x̄.

    *Centred*: the denominator is about the mean over the batch of each dimension. (Uncentred it would be about 0, and
    smaller wherever activations have a mean.) It is a ratio of sums, not a mean of ratios. Takes float32 [batch,
    instance, d] twice, returns float32 [instance]. Source: Gao et al. 2024, "Scaling and evaluating sparse
    autoencoders", section 2 (normalised MSE).
    """
    raise NotImplementedError("Return the share of the variance that x̂ does not explain, for each instance")


def dead_fraction(h: Float[Tensor, "batch instance latent"]) -> Float[Tensor, "instance"]:
    """The share of latents that are active for no example of the batch.

    Takes float32 [batch, instance, latent], returns float32 [instance]. Source: Bricken et al. 2023, "Neuron
    Resampling".
    """
    raise NotImplementedError("Return the share of latents that never fire, for each instance")


def log_frequency_histogram(
    h: Float[Tensor, "batch latent"], edges: Float[Tensor, "edge"]
) -> tuple[Int64[Tensor, "bin"], int]:
    """How many latents fire how often: counts of log10(share of examples with h > 0) between the edges, and the dead.

    Bin i holds the latents with edges[i] ≤ log10 frequency < edges[i + 1]; in the last bin the upper edge counts too
    (as `numpy.histogram`). Latents that never fire have no logarithm: their number is returned beside the counts,
    and those outside of the edges are counted nowhere. Takes float32 [batch, latent] of one autoencoder and float32
    [edge], rising; returns int64 [edge − 1] and an int. Source: Bricken et al. 2023, "Feature density histograms".
    """
    raise NotImplementedError("Return how many latents have a log frequency in each bin, and how many are dead")


def shrinkage(
    x: Float[Tensor, "batch instance d"], x_hat: Float[Tensor, "batch instance d"], b_dec: Float[Tensor, "instance d"]
) -> Float[Tensor, "instance"]:
    """By how much L1 makes reconstructions too small: the factor γ that would best have been on x̂ − b_dec.

    γ minimises Σ ‖(x − b_dec) − γ (x̂ − b_dec)‖² over the batch: Σ (x − b_dec) · (x̂ − b_dec) / Σ ‖x̂ − b_dec‖².
    Above 1: the reconstruction has shrunk. Takes float32 [batch, instance, d] twice and [instance, d], returns
    float32 [instance]. Source: Wright & Sharkey 2024, "Addressing feature suppression in SAEs"; the measure is
    Rajamanoharan et al. 2024, "Improving dictionary learning with gated SAEs", section 4 (relative reconstruction
    bias is 1/γ).
    """
    raise NotImplementedError("Return the γ that makes γ (x̂ − b_dec) fit x − b_dec best, for each instance")


class Frontier(NamedTuple):
    """One point for each λ, in the order in which they were given."""

    l0: Float[Tensor, "lambda"]
    fvu: Float[Tensor, "lambda"]


def sparsity_fidelity_frontier(
    train_x: Float[Tensor, "sample d"],
    test_x: Float[Tensor, "batch d"],
    l1: Float[Tensor, "lambda"],
    latents: int,
    *,
    steps: int,
    seed: int = 0,
    batch_size: int = 1024,
    learning_rate: float = 1e-3,
) -> Frontier:
    """What sparsity costs: train one autoencoder for each λ, all at once, and measure each on other data.

    λ i is instance i; `initial_weights(…, seed)` is the start, with b_dec at the mean of `train_x`; `train_sae`, given
    `steps`, `seed`, `batch_size` and `learning_rate`, is the training, on `train_x` float32 [sample, d] for all of
    them; then `l0` and `fraction_of_variance_unexplained` on `test_x` float32 [batch, d]. Returns float32 [lambda]
    twice, that need no gradient. Source: Cunningham et al. 2023, section 2; Bricken et al. 2023.
    """
    raise NotImplementedError(
        "Return the Frontier: L0 and FVU on test_x of an autoencoder for each λ, trained on train_x"
    )
