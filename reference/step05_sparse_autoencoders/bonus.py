"""Bonus: a control for all that a dictionary shows, and what happens to a feature when the dictionary grows."""

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

LEVELS = (0.0, 0.25, 0.5)  # of a latent's largest activation: above which of them is it "active"?


def shuffled_weights(weights: dict[str, Tensor], seed: int) -> dict[str, Tensor]:
    """A network that has learned nothing, with the very numbers of one that has: the control for an autoencoder.

    Each tensor keeps its name, shape, dtype and entries, but in the order of a random permutation of *all* its entries
    (rows and columns are not kept together), another one for each tensor. The weights given stay as they are, and so
    does the global generator; the same seed gives the same, another seed another. Source: Heap et al. 2025, "Sparse
    autoencoders can interpret randomly initialized transformers".
    """
    # region solution: return tensors of the same names, shapes and entries, the entries in random places
    generator = torch.Generator().manual_seed(seed)
    return {
        name: weight.flatten()[torch.randperm(weight.numel(), generator=generator)].view(weight.shape)
        for name, weight in weights.items()
    }
    # endregion


def token_f1(
    h: Float[Tensor, "sample latent"], tokens: Int64[Tensor, "sample"], rare: int = 10
) -> Float[Tensor, " latent"]:
    """How well each latent tells some one token from all others: its largest F1 over tokens and LEVELS.

    At a level a latent is active where h is above level × its largest activation (above, not at); for a token, F1 is
    2 · (samples that are both) / (samples with the token + active samples), the harmonic mean of precision and recall.
    Tokens that occur at most `rare` times are left out; a latent that is active nowhere has 0. Takes float32 [sample,
    latent], none negative, and int64 [sample]; returns float32 [latent]. Raises ValueError when all tokens are rare.
    Source: this project, for the lesson's "does it answer to one token?".
    """
    # region solution: return each latent's largest F1 over tokens that are not rare and over LEVELS
    count = tokens.bincount()
    if not (count > rare).any():
        raise ValueError(f"No token occurs more than {rare} times.")
    best = torch.zeros(h.shape[1])
    for level in LEVELS:
        active = (h > level * h.amax(0)).float()
        both = torch.zeros(len(count), h.shape[1]).index_add(0, tokens, active)
        f1 = 2 * both / (count[:, None] + active.sum(0))
        best = best.maximum(f1[count > rare].amax(0))
    return best
    # endregion


def feature_splitting(
    small: Float[Tensor, "n d"], large: Float[Tensor, "m d"], threshold: float = 0.5
) -> list[Int64[Tensor, "relative"]]:
    """For every feature of a small dictionary: its relatives in a larger one, nearest first.

    Every feature of `large` belongs to the one feature of `small` with which it has the largest cosine, if that is
    at least `threshold`; otherwise to none. A feature that has split has several. Takes float32 [n, d] and [m, d];
    returns a list of n int64 tensors of rows of `large`. Source: Bricken et al. 2023, "Feature splitting" (who look
    at a map of both dictionaries).
    """
    # region solution: return for each small feature the large ones that belong to it, nearest first
    cosines = nn.functional.normalize(large, dim=-1) @ nn.functional.normalize(small, dim=-1).T  # [m, n]
    best, parent = cosines.max(1)
    order = best.argsort(descending=True)
    order = order[best[order] >= threshold]
    return [order[parent[order] == feature] for feature in range(len(small))]
    # endregion
