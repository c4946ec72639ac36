"""The loss, position by position: where in the sequence does the model know what comes next?"""

from typing import NamedTuple

from jaxtyping import Float, Int64
from torch import Tensor


class HalfLosses(NamedTuple):
    """Mean loss on the tokens of each half, in nats."""

    first: float
    second: float


def per_position_loss(
    logits: Float[Tensor, "batch position vocab"], tokens: Int64[Tensor, "batch position"]
) -> Float[Tensor, "batch position-1"]:
    """Cross-entropy of every prediction, in nats: entry [b, i] is what the model pays at position i for token i + 1.

    Takes float [batch, t, vocab] and int64 [batch, t]; returns [batch, t − 1], of the dtype of `logits`; autograd must
    be able to follow. The logits at the last position predict nothing that is known; the first token is predicted by
    nothing. Must not overflow for large logits. Source: Olsson et al. 2022, "In-context learning score".
    """
    raise NotImplementedError("Return the cross-entropy of every prediction whose token is known, in nats")


def half_losses(loss: Float[Tensor, "batch predicted"], half: int) -> HalfLosses:
    """The mean loss on the tokens of the first half, and on those of the second half that can be known.

    `loss` is what `per_position_loss` makes of `repeated_tokens`, with BOS ([batch, 2L]) or without ([batch, 2L − 1];
    then the first token of the first half is predicted by nothing, and left out). The first token of the second half is
    left out of both means: the repetition begins with it, so nobody can know it. That leaves the last L − 1 entries of
    a row for the second half; L is at least 2. Returns HalfLosses. Raises ValueError for rows of any other length.
    Source: this project.
    """
    raise NotImplementedError(
        "Return the HalfLosses: the mean loss on the first half, and on what can be known of the second"
    )


def in_context_learning_score(loss: Float[Tensor, "batch predicted"], early: int, late: int) -> float:
    """How much the context helps: mean loss at entry `late` minus mean loss at entry `early`, in nats.

    `loss` is [batch, t − 1] as `per_position_loss` returns it; entries may be counted from the end (−1 is the last).
    Negative when later tokens are predicted better. Returns a float. Source: Olsson et al. 2022, "In-context learning
    score": the 500th token's loss minus the 50th's.
    """
    raise NotImplementedError(
        "Return how much higher the loss is late in the context than early, negative when context helps"
    )
