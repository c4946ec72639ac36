"""Did it find the true features? And do two autoencoders find the same?"""

from typing import NamedTuple

from jaxtyping import Float, Int64
from torch import Tensor


def max_cosine_similarity(a: Float[Tensor, "n d"], b: Float[Tensor, "m d"]) -> Float[Tensor, "n"]:
    """For every row of `a`: its largest cosine with a row of `b`.

    The sign counts: an opposite direction is another feature. Zero rows of either have cosine 0 with everything.
    Takes float32 [n, d] and [m, d], returns float32 [n]. Source: Sharkey et al. 2022, "Taking features out of
    superposition with sparse autoencoders" (mean max cosine similarity).
    """
    raise NotImplementedError("Return the largest cosine of each row of a with a row of b")


class Recovery(NamedTuple):
    """How well learned and true features agree, both ways round."""

    learned_to_true: float
    true_to_learned: float
    recovered: float


def feature_recovery(
    learned: Float[Tensor, "latent d"], true: Float[Tensor, "feature d"], threshold: float = 0.95
) -> Recovery:
    """Mean max cosine similarity in both directions, and the share of true features that were found.

    `learned_to_true`: the mean over learned features of each one's best true feature: low when features were made up.
    `true_to_learned`: the mean over true features of each one's best learned feature: low when features were missed.
    `recovered`: the share of true features whose best learned one has a cosine of at least `threshold`. One direction
    alone deceives: a single right feature is perfect in the first, a huge random dictionary good in the second. Takes
    float32 [latent, d] and [feature, d]; returns floats. Source: Sharkey et al. 2022; Cunningham et al. 2023, section
    3.
    """
    raise NotImplementedError("Return the Recovery: how near the features are, each way, and how many were found")


class Matching(NamedTuple):
    """Pairs (row of a, row of b) and their cosines, sorted by row of a."""

    a: Int64[Tensor, "pair"]
    b: Int64[Tensor, "pair"]
    cosine: Float[Tensor, "pair"]


def match_features(a: Float[Tensor, "n d"], b: Float[Tensor, "m d"]) -> Matching:
    """The one-to-one matching of rows of `a` with rows of `b` that has the largest sum of cosines.

    Nobody is matched twice; there are min(n, m) pairs. Taking each row's best, or the best pair again and again, is
    not the same. `scipy.optimize.linear_sum_assignment` solves it. Takes float32 [n, d] and [m, d]; returns int64
    and float32 [min(n, m)], sorted by the row of `a`. Source: Paulo & Belrose 2025, "Sparse autoencoders trained on
    the same data learn different features" (who match by the Hungarian algorithm).
    """
    raise NotImplementedError("Return the Matching of rows of a with rows of b that has the largest sum of cosines")


def seed_agreement(a: Float[Tensor, "n d"], b: Float[Tensor, "m d"], threshold: float = 0.7) -> float:
    """The share of pairs of `match_features` whose cosine is at least `threshold`: do two seeds find the same?

    Takes the directions of two autoencoders' live features, float32 [n, d] and [m, d]; returns a float between 0 and
    1, of min(n, m) pairs. Source: Paulo & Belrose 2025 (threshold 0.7).
    """
    raise NotImplementedError("Return the share of matched pairs that are near enough")
