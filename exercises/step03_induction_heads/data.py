"""Random tokens, twice: text in which nothing can be predicted until it repeats."""

from jaxtyping import Int64
from torch import Tensor


def repeated_tokens(batch: int, half: int, vocab: int, seed: int, bos: bool = True) -> Int64[Tensor, "batch position"]:
    """Sequences BOS, x₁ … x_L, x₁ … x_L: `half` = L different random tokens, then the same ones again.

    The vocabulary has `vocab` tokens, the last of which, vocab − 1, is BOS (beginning of sequence) and is never drawn.
    Within a half no token comes twice, so that what follows it is never in doubt; every row is drawn anew, each order
    equally likely. Returns int64 [batch, 1 + 2L], or [batch, 2L] without `bos`. The same seed gives the same tokens,
    with or without BOS; a generator of its own is used. Raises ValueError unless 1 ≤ half < vocab.
    Source: Olsson et al. 2022, "Repeated random tokens" (theirs come from a vocabulary so large that few repeat).
    """
    raise NotImplementedError(
        "Return sequences of random tokens, each of which comes twice, with BOS in front if asked for"
    )


def training_batches(
    steps: int, batch: int, length: int, periods: tuple[int, int], vocab: int, seed: int
) -> list[Int64[Tensor, "batch position"]]:
    """What to train on: `steps` batches of BOS and random tokens that repeat with a period L, to the end of the row.

    `periods` = (shortest, longest): every batch draws its L evenly from shortest … longest, both included; a row is
    BOS, then L different tokens as in `repeated_tokens`, over and over, cut off after `length` tokens in all. Were L
    always the same, a head could copy from L − 1 positions back and never look at a token. Tokens are drawn anew for
    every batch. Returns a list of int64 [batch, length]. The same seed gives the same list; the global generator is
    left alone. Raises ValueError unless 1 ≤ shortest ≤ longest < vocab. Source: this project.
    """
    raise NotImplementedError("Return the batches to train on, each with a period of its own")
