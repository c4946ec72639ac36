"""Another architecture: no L1 at all, simply keep the k largest."""

from jaxtyping import Float
from torch import Tensor

from .autoencoder import SparseAutoencoder


class TopKSparseAutoencoder(SparseAutoencoder):
    """As `SparseAutoencoder`, but `encode` keeps the k largest latents of every example, and no others.

    L0 is chosen, not paid for, so nothing has to shrink: train it with λ = 0. Source: Gao et al. 2024, "Scaling and
    evaluating sparse autoencoders", section 2.3.
    """

    def __init__(self, W_enc: Tensor, b_enc: Tensor, W_dec: Tensor, b_dec: Tensor, k: int) -> None:
        super().__init__(W_enc, b_enc, W_dec, b_dec)
        self.k = k

    def encode(self, x: Float[Tensor, "batch instance d"]) -> Float[Tensor, "batch instance latent"]:
        """(x − b_dec) W_enc + b_enc, of which each example keeps, in each instance, its k largest values; then a ReLU.

        All others are exactly 0, and so are negative ones among the k: at most k are active; of equal values any are
        kept, but no more than k. Gradients flow through what is kept. Takes float32 [batch, instance, d], returns
        float32 [batch, instance, latent]. Source: Gao et al. 2024, section 2.3.
        """
        raise NotImplementedError("Return h with the k largest values of each example, and zeros elsewhere")
