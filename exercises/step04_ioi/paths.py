"""Path patching: which heads a head listens to; and a cheap guess at patching."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge

    Hooks = list[tuple[str | Callable[..., object], Callable[..., object]]]


@torch.no_grad()
def path_patch(
    model: TransformerBridge,
    clean: Int64[Tensor, "prompt position"],
    corrupted: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    receivers: Bool[Tensor, "layer head"] | None = None,
    through: str = "q",
    frozen: Collection[str] = (),
) -> Float[Tensor, "layer head"]:
    """How the mean logit difference changes when one head tells others what it would say on other prompts.

    Entry [l, h], the sender, in three runs on `clean`: (1) note every head's z. (2) Give the sender the z that it has
    on `corrupted`, at all positions; all other heads keep the z of (1), while MLPs and LayerNorms are computed anew.
    Note the receivers' queries, keys or values ("q", "k" or "v": `blocks.{l}.attn.hook_q` …), at all positions. (3) Put
    these, of all receivers at once, and nothing else into an ordinary run; the result is (difference in this run −
    clean difference) / clean difference, of the mean logit difference. With `receivers` None the receiver is the end of
    the stream: the result is read from run (2) itself. Senders that have no receiver in a later layer get 0.

    `frozen` names what else keeps its value of (1) in run (2): "mlps" (what every MLP adds, `hook_mlp_out`) and "scale"
    (what the last LayerNorm divides by, `ln_final.hook_scale`; without meaning when heads receive). Returns [layer,
    head], without gradients. Raises ValueError for another `through` (always), for anything else in `frozen`, and when
    no head is a receiver. Source: Wang et al. 2022, section 2.2, appendix B.
    """
    raise NotImplementedError("Return the relative change of the logit difference through the path from each sender")


def attribution_patching(
    model: TransformerBridge,
    clean: Int64[Tensor, "prompt position"],
    corrupted: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
) -> Float[Tensor, "layer head"]:
    """`patch_heads` at all positions, guessed for all heads at once from one gradient.

    If the metric were linear in a head's z, replacing z would change it by the gradient · (clean z − corrupted z),
    summed over prompts, positions and d_head. The gradient is the mean `logit_difference`'s, in the corrupted run. In
    units of recovery, as `patch_heads`. Returns [layer, head], without gradients. Source: Nanda 2023, Attribution
    patching; Syed et al. 2023.
    """
    raise NotImplementedError("Return the recovery for the z of each head, as one gradient guesses it")
