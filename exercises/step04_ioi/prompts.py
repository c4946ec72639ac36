"""Sentences in which one of two names is to be said again: which tokens, which answers, and where the names stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from jaxtyping import Int64
from torch import Tensor

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge

Positions = dict[str, Int64[Tensor, "prompt"]]
ORDERS = ("ABBA", "BABA")


class Prompts(NamedTuple):
    """Sentences of one length, what is asked of the model, and where to look."""

    tokens: Int64[Tensor, "prompt position"]  # BOS first
    answers: Int64[Tensor, "prompt 2"]  # the tokens of IO and S, with the space before them
    positions: Positions  # "IO", "S1", "S1+1", "S2", "END"


def make_prompts(
    model: TransformerBridge,
    frames: Sequence[str],
    names: Sequence[tuple[str, str]],
    orders: Sequence[str],
    subjects: Sequence[str] | None = None,
) -> Prompts:
    """Sentence i is frames[i] with the names (IO, S) = names[i], in the order orders[i].

    A frame holds {A}, {B} and {S}, in this order, each after a space. "ABBA": A is IO and B is S; "BABA": A is S and B
    is IO. {S} is S; or subjects[i], a third name (not checked), in the ABC control, whose roles keep their places. "IO"
    is where IO stands, "S1" where S stands first, "S1+1" the token after it, "S2" where {S} stands, "END" the last
    token.

    Returns int64 tensors: tokens [prompt, position] as `model.to_tokens` makes them, BOS first; answers [prompt, 2];
    positions, five of [prompt], counted from BOS = 0. Raises ValueError for lists of different lengths, another order,
    a name (a third one, too) that is not one token of the model's with the space before it, and prompts of different
    lengths. A word tokenizer has one token for all that it does not know: a name's token must read back as the name.
    Source: Wang et al. 2022, section 2 and appendix A.
    """
    raise NotImplementedError("Return the Prompts: tokens, answers, and where the names stand")


def corrupt_prompts(
    tokens: Int64[Tensor, "prompt position"], answers: Int64[Tensor, "prompt 2"], positions: Positions, how: str
) -> Int64[Tensor, "prompt position"]:
    """The same sentences with other names in the same places: what a patching experiment compares with.

    "swap_names": IO becomes S and S becomes IO, everywhere. "swap_s2": the name at S2 becomes IO, all else stays; then
    the right answer is S. Returns new int64 tokens [prompt, position]; those given stay as they are. Raises ValueError
    for another `how`. Source: Heimersheim and Nanda 2024, on which corruption to choose.
    """
    raise NotImplementedError("Return the tokens of the same sentences with other names")
