"""A sparse autoencoder: write an activation as a sum of a few directions out of many. Many of them train at once."""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn


class Reconstruction(NamedTuple):
    """What an autoencoder makes of its input."""

    x_hat: Float[Tensor, "batch instance d"]
    h: Float[Tensor, "batch instance latent"]


class SparseAutoencoder(nn.Module):
    """One autoencoder for each instance: `W_enc` [instance, d, latent], `b_enc` [instance, latent], `W_dec`
    [instance, latent, d], `b_dec` [instance, d].

    A row of `W_dec` is a feature's direction, an entry of h how much of it there is. Source: Bricken et al. 2023,
    "Sparse Autoencoder Setup".
    """

    def __init__(
        self,
        W_enc: Float[Tensor, "instance d latent"],
        b_enc: Float[Tensor, "instance latent"],
        W_dec: Float[Tensor, "instance latent d"],
        b_dec: Float[Tensor, "instance d"],
    ) -> None:
        super().__init__()
        self.W_enc, self.b_enc = nn.Parameter(W_enc), nn.Parameter(b_enc)
        self.W_dec, self.b_dec = nn.Parameter(W_dec), nn.Parameter(b_dec)

    def encode(self, x: Float[Tensor, "batch instance d"]) -> Float[Tensor, "batch instance latent"]:
        """How much of each feature there is: ReLU((x − b_dec) W_enc + b_enc), within each instance.

        Takes float32 [batch, instance, d], returns float32 [batch, instance, latent]; x stays as it is. Source:
        Bricken et al. 2023, "Sparse Autoencoder Setup".
        """
        raise NotImplementedError("Return how much of each feature there is in x, for every example and instance")

    def decode(self, h: Float[Tensor, "batch instance latent"]) -> Float[Tensor, "batch instance d"]:
        """The sum of the features' directions, each as much as h says, and b_dec: h W_dec + b_dec, in each instance.

        Takes float32 [batch, instance, latent], returns float32 [batch, instance, d]. Source: as `encode`.
        """
        raise NotImplementedError(
            "Return the sum of the directions, weighed by h, with b_dec, for every example and instance"
        )

    def forward(self, x: Float[Tensor, "batch instance d"]) -> Reconstruction:
        """Encode, then decode, with this object's own `encode` and `decode`: a subclass may have others.

        Returns both: x̂ float32 [batch, instance, d] and h float32 [batch, instance, latent].
        """
        raise NotImplementedError("Return the Reconstruction of x: x̂ and the h that it was made from")


def initial_weights(
    instances: int, d: int, latents: int, seed: int, mean: Float[Tensor, "d"] | None = None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """W_enc, b_enc, W_dec, b_dec to start from: directions at random, the encoder their transpose. Given.

    Every instance starts at another place, drawn from `seed`. That the encoder starts as the decoder's transpose
    keeps most latents alive (Conerly et al. 2024, "Update on how we train SAEs"). b_dec starts at `mean`, the
    mean of what is to be encoded, or at 0: with the right one no latent has to learn it.
    """
    generator = torch.Generator().manual_seed(seed)
    W_dec = nn.functional.normalize(torch.randn(instances, latents, d, generator=generator), dim=-1)
    b_dec = torch.zeros(instances, d) if mean is None else mean.repeat(instances, 1)
    return W_dec.mT.contiguous(), torch.zeros(instances, latents), W_dec, b_dec


def sae_loss(
    x: Float[Tensor, "batch instance d"],
    x_hat: Float[Tensor, "batch instance d"],
    h: Float[Tensor, "batch instance latent"],
    l1: Float[Tensor, "instance"],
) -> Float[Tensor, "instance"]:
    """Squared error plus λ times L1, for each instance: both *summed* over the last axis, then averaged over the batch.

    loss = mean over batch of ( Σ_d (x − x̂)² + λ Σ_j |h_j| ). Each instance has its own λ, `l1` float32 [instance].
    Takes x, x̂ float32 [batch, instance, d] and h [batch, instance, latent]; returns float32 [instance]. With a mean
    over d in place of the sum, as in much public code, the same λ would weigh d times as much: a λ says nothing
    without its reduction. Source: Bricken et al. 2023, "Sparse Autoencoder Setup"; an L1 that is summed over the
    batch too is another common reading.
    """
    raise NotImplementedError("Return one loss for each instance: the squared error, and λ times the L1 of h")


@torch.no_grad()
def normalize_decoder_(sae: SparseAutoencoder | nn.Module) -> None:
    """Make every feature's direction (a row of W_dec, over d) a unit vector, in place; all else stays as it is.

    Otherwise L1 is cheated: half the activation times twice the direction is the same reconstruction at half the
    price. Rows that are zero stay zero. Returns nothing. Source: Bricken et al. 2023, "Sparse Autoencoder Training".
    """
    raise NotImplementedError("Change sae.W_dec so that every row is a unit vector, or zero if it was")


@torch.no_grad()
def remove_parallel_gradient_(sae: SparseAutoencoder | nn.Module) -> None:
    """Take from W_dec's gradient, in place, each row's part along that row's own direction.

    g ← g − (g · ŵ) ŵ with ŵ = w/‖w‖: what is left turns the direction and does not stretch it, so that Adam's
    moments know nothing of a stretching that `normalize_decoder_` would undo. Rows of W_dec that are zero keep their
    gradient. Call it between `backward` and the optimiser's step. Returns nothing. Source: Bricken et al. 2023,
    "Sparse Autoencoder Training".
    """
    raise NotImplementedError("Change sae.W_dec's gradient so that no row of it has a part along its direction")
