"""What a head attends to, in one number: read off attention patterns, [..., query, key]."""

from jaxtyping import Float
from torch import Tensor


def current_token_score(pattern: Float[Tensor, "*rest query key"]) -> Float[Tensor, "*rest"]:
    """How much a head attends to the position it is at: the mean over all queries.

    Takes float32 [..., t, t], the last two axes query and key; returns float32 [...], a tensor for one pattern too. The
    batch, if there is one, is not averaged over. Source: TransformerLens, head detector.
    """
    raise NotImplementedError("Return how much each head attends to the position it is at")


def previous_token_score(pattern: Float[Tensor, "*rest query key"]) -> Float[Tensor, "*rest"]:
    """How much a head attends to the position before: the mean over all queries that have one, 1 … t − 1.

    Takes float32 [..., t, t], the last two axes query and key; returns float32 [...]. Source: Olsson et al. 2022,
    "Previous token heads".
    """
    raise NotImplementedError("Return how much each head attends to the position before")


def first_token_score(pattern: Float[Tensor, "*rest query key"]) -> Float[Tensor, "*rest"]:
    """How much a head attends to the first token, where heads rest: the mean over all queries but the first.

    The first query has no choice, so it is left out. Takes float32 [..., t, t], the last two axes query and key;
    returns float32 [...]. Source: Elhage et al. 2021, where heads that do nothing look at the first token.
    """
    raise NotImplementedError("Return how much each head attends to the first token")


def prefix_matching_score(pattern: Float[Tensor, "*rest query key"], half: int) -> Float[Tensor, "*rest"]:
    """How much a head attends, from a token's second occurrence, to the token *after* its first.

    `pattern` is [..., t, t] (query, key) on `repeated_tokens` with L = half: t = 1 + 2L with BOS, t = 2L without. The
    mean over the L queries of the second half, and these only; each counts the attention to the one key that follows
    the first occurrence of the query's token. (For the last query that is the first token of the second half.) Returns
    [...]. Raises ValueError for any other t. Source: Olsson et al. 2022, "Prefix matching score".
    """
    raise NotImplementedError(
        "Return how much each head attends, from a second occurrence, to the token after the first"
    )
