"""What do the S-inhibition heads say: "avoid this name", or "avoid this place"? And what a corruption can hide."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from jaxtyping import Bool, Float32, Int64
from torch import Tensor

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge


class Signals(NamedTuple):
    """Mean logit differences when heads are told the truth, another token, another position, or both."""

    neither: float
    token: float
    position: float
    both: float


@torch.no_grad()
def position_and_token_signal(
    model: TransformerBridge,
    tokens: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    positions: dict[str, Int64[Tensor, "prompt"]],
    heads: Bool[Tensor, "layer head"],
) -> Signals:
    """Which of two clues do `heads` pass on: which name is repeated, or at which place its first occurrence stands?

    Three variants of every prompt have other clues: in `token` IO and S change places everywhere, so that another name
    is repeated but at the same place; in `position` only the first two names change places (ABBA becomes BABA), so that
    the same name is repeated but stood elsewhere; in `both` S2 becomes IO. Take the z of `heads` at the last position
    from the run on a variant, and put it into the run on `tokens`: all other heads compute as usual. Returns the mean
    logit difference, with the original `answers`, for each; `neither` is the model's own.
    Source: Wang et al. 2022, Appendix A ("disentangling token and positional signal").
    """
    raise NotImplementedError("Return the Signals: the logit difference when the heads hear of each variant")


class Corruptions(NamedTuple):
    """Recoveries of every head under two corruptions."""

    swap_names: Float32[Tensor, "layer head"]
    swap_s2: Float32[Tensor, "layer head"]


def compare_corruptions(
    model: TransformerBridge,
    tokens: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    positions: dict[str, Int64[Tensor, "prompt"]],
) -> Corruptions:
    """The same sweep, two corruptions: what one shows, the other may hide.

    `patch_heads` at the last position, from `tokens` into prompts with the names swapped everywhere (another name is
    repeated, at the same place) and into prompts with S2 swapped (another name, at another place). A head that passes
    on only the place says the same in both runs of the first, and is not seen. Returns two float32 [layer, head].
    Source: Wang et al. 2022, Appendix A; Zhang & Nanda 2023 on the choice of corruptions.
    """

    raise NotImplementedError("Return the Corruptions: the recovery for each head at END, under either corruption")
