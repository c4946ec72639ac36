"""Bonus: a control for all that a dictionary shows, two more ways to be sparse, and what becomes of features."""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor, nn

LEVELS = (0.0, 0.25, 0.5)  # of a latent's largest activation: above which of them is it "active"?


def shuffled_weights(weights: dict[str, Tensor], seed: int) -> dict[str, Tensor]:
    """A network that has learned nothing, with the very numbers of one that has: the control for an autoencoder.

    Each tensor keeps its name, shape, dtype and entries, but in the order of a random permutation of *all* its entries
    (rows and columns are not kept together), another one for each tensor. The weights given stay as they are, and so
    does the global generator; the same seed gives the same, another seed another. Source: this project, after Heap et
    al. 2025, "Sparse autoencoders can interpret randomly initialized transformers", who draw weights anew.
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


def jump_relu(
    pre: Float[Tensor, "sample latent"], threshold: Float[Tensor, "latent"]
) -> Float[Tensor, "sample latent"]:
    """An encoder's last step that does not shrink: what is above its latent's threshold is kept whole, the rest is 0.

    What equals the threshold is 0, too. `pre` stays as it is. Takes float32 [sample, latent] and [latent], no threshold
    negative; returns float32 [sample, latent]. Source: Rajamanoharan et al. 2024, Jumping ahead (JumpReLU sparse
    autoencoders).
    """
    # region solution: return pre where it is above the threshold of its latent, and 0 elsewhere
    return pre * (pre > threshold)
    # endregion


class Kept(NamedTuple):
    """Activations of a batch, and the threshold above which a single sample would be given the same."""

    h: Float[Tensor, "sample latent"]
    threshold: float


def batch_topk(pre: Float[Tensor, "sample latent"], k: int) -> Kept:
    """k active latents for each sample *on average*: the k · samples largest values of the whole batch are kept.

    A hard sample may take more than k, an easy one fewer, which `TopKSparseAutoencoder` does not allow. All other
    values are 0, and so are negative ones among the largest; of equal values any are kept, but no more than k ·
    samples. A single sample has no batch, and so the smallest value above 0 that was kept is returned as the
    `threshold` (0.0 if there is none): with it, `jump_relu` gives the same but for that value itself. Takes float32
    [sample, latent]; returns float32 [sample, latent] and a float. Source: Bussmann et al. 2024, BatchTopK sparse
    autoencoders (whose threshold is the mean of that over many batches).
    """
    # region solution: return the Kept: activations with the largest values of the batch, and the smallest of these
    largest = pre.flatten().topk(k * len(pre))
    h = torch.zeros(pre.numel()).scatter(0, largest.indices, largest.values.relu()).view(pre.shape)
    active = h[h > 0]
    return Kept(h, active.min().item() if len(active) else 0.0)
    # endregion


class Absorption(NamedTuple):
    """The latent of a feature, and how often it is active where the feature is: without its child, and with it."""

    latent: int
    alone: float
    with_child: float


def absorption(
    h: Float[Tensor, "sample latent"], parent: Bool[Tensor, "sample"], child: Bool[Tensor, "sample"]
) -> Absorption:
    """A latent with holes: is it silent where a more special feature is there, although its own is there as well?

    Wherever the child is, the parent is (a noun, and the noun "cat"). `latent` is the one that tells the parent best
    when the samples *with* the child are left out of all counts: the one with the largest F1, 2 · (samples with the
    parent in which it is active) / (samples with the parent + samples in which it is active); active is h > 0; of
    equals the first. `alone` is the share of the samples with the parent and no child in which this latent is active,
    `with_child` the share of the samples with the child. If the second is far smaller the latent has holes where the
    child is: one active latent costs less than two, and another may have absorbed its direction. Takes float32 [sample,
    latent], none negative, and bool [sample] twice; returns an int and two floats. Raises ValueError when the child is
    anywhere without the parent, when it is nowhere, or when the parent is nowhere without it. Source: Chanin et al.
    2024, A is for absorption.
    """
    # region solution: return the Absorption: the parent's latent, and its share of active samples of both kinds
    alone = parent & ~child
    if (child & ~parent).any() or not child.any() or not alone.any():
        raise ValueError("the child must come with the parent, and the parent both with the child and without it")
    active = h > 0
    both, without_child = active[alone].sum(0), active[~child].sum(0)
    latent = int((2 * both / (alone.sum() + without_child)).argmax())
    return Absorption(latent, (both[latent] / alone.sum()).item(), active[child, latent].float().mean().item())
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
