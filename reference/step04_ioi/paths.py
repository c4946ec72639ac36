"""Path patching: which heads a head listens to; and a cheap guess at patching."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor

from .attribution import logit_difference
from .patching import recovery_metric, run_from

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
    # region solution: return the relative change of the logit difference through the path from each sender
    if not {"mlps", "scale"}.issuperset(frozen):
        raise ValueError(f'frozen is {frozen!r}; it may hold "mlps" and "scale".')
    if through not in ("q", "k", "v"):
        raise ValueError(f'through is {through!r}; it must be "q", "k" or "v".')
    if receivers is not None and not receivers.any():
        raise ValueError("No head is a receiver.")
    logits, cache = model.run_with_cache(clean)
    before = logit_difference(logits, answers)
    _, other = model.run_with_cache(corrupted)
    result = torch.zeros(model.cfg.n_layers, model.cfg.n_heads)
    last = model.cfg.n_layers if receivers is None else int(receivers.any(1).nonzero().max())
    for layer in range(last):
        name = f"blocks.{layer}.attn.hook_z"
        change = torch.einsum("bthe,hed->hbtd", other[name] - cache[name], model.blocks[layer].attn.W_O)
        if receivers is None:
            after = _to_the_end(model, cache, change[:, :, -1:], layer, answers, frozen)
        else:
            after = _to_receivers(model, cache, change, layer, answers, receivers, through, frozen)
        result[layer] = after.view(model.cfg.n_heads, -1).mean(1) / before - 1
    return result
    # endregion


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
    # region solution: return the recovery for the z of each head, as one gradient guesses it
    with torch.no_grad():
        logits, cache = model.run_with_cache(clean)
        _, other = model.run_with_cache(corrupted)
    names = [f"blocks.{layer}.attn.hook_z" for layer in range(model.cfg.n_layers)]
    with torch.enable_grad():
        zeros = {name: torch.zeros_like(other[name], requires_grad=True) for name in names}
        hooks: Hooks = [(name, lambda z, hook, name=name: z + zeros[name]) for name in names]
        metric = logit_difference(model.run_with_hooks(corrupted, fwd_hooks=hooks), answers)
        gradients = torch.autograd.grad(metric, list(zeros.values()))
    gained = [((cache[n] - other[n]) * gradient).sum((0, 1, 3)) for n, gradient in zip(names, gradients, strict=True)]
    bad = metric.detach()
    return recovery_metric(bad + torch.stack(gained), logit_difference(logits, answers), bad)
    # endregion


# region solution
def _walk(
    model: TransformerBridge, cache: Any, change: Tensor, first: int, last: int, frozen: Collection[str]
) -> Iterator[tuple[int, Float[Tensor, "batch position d_model"]]]:
    """The stream that enters each layer from first + 1 to `last`, when a head of layer `first` writes `change` more.

    Heads are frozen, and so nothing crosses positions: `change` [head, prompt, position, d_model] may hold the last
    positions only. Yields (layer, stream [head · prompt, position, d_model]).
    """
    heads, positions = len(change), change.shape[2]

    def clean(name: str) -> Tensor:
        return cache[name][:, -positions:].repeat(heads, 1, 1)

    stream = clean(f"blocks.{first}.hook_resid_mid") + change.flatten(0, 1)
    for layer in range(first, last):
        block = model.blocks[layer]
        mlp_out = clean(f"blocks.{layer}.hook_mlp_out") if "mlps" in frozen else block.mlp(block.ln2(stream))
        stream = stream + mlp_out
        yield layer + 1, stream
        if layer + 1 < last:
            stream = stream + clean(f"blocks.{layer + 1}.hook_attn_out")


def _to_the_end(
    model: TransformerBridge, cache: Any, change: Tensor, layer: int, answers: Tensor, frozen: Collection[str]
) -> Float[Tensor, " copy"]:
    """Logit differences when the final stream is the receiver."""
    copies, layers = len(change), model.cfg.n_layers
    *_, (_, stream) = _walk(model, cache, change, layer, layers, frozen)
    scale = cache["ln_final.hook_scale"][:, -1:].repeat(copies, 1, 1)
    hooks: Hooks = [("ln_final.hook_scale", lambda value, hook: scale)] if "scale" in frozen else []
    with model.hooks(fwd_hooks=hooks):
        return run_from(model, stream, layers, answers.repeat(copies, 1))


def _to_receivers(
    model: TransformerBridge,
    cache: Any,
    change: Tensor,
    layer: int,
    answers: Tensor,
    receivers: Tensor,
    through: str,
    frozen: Collection[str],
) -> Float[Tensor, " copy"]:
    """Logit differences of a clean run in which the receivers read what the change made of their input."""
    copies = len(change)
    hooks: Hooks = []
    listening = [i for i in receivers.any(1).nonzero()[:, 0].tolist() if i > layer]
    for later, stream in _walk(model, cache, change, layer, listening[-1], frozen):
        if later in listening:
            attention, chosen = model.blocks[later].attn, receivers[later]
            weight, bias = getattr(attention, f"W_{through.upper()}"), getattr(attention, f"b_{through.upper()}")
            read = torch.einsum("btd,hde->bthe", model.blocks[later].ln1(stream), weight[chosen]) + bias[chosen]

            def put(value: Tensor, hook: object, read: Tensor = read, chosen: Tensor = chosen) -> Tensor:
                value = value.clone()
                value[:, :, chosen] = read
                return value

            hooks.append((f"blocks.{later}.attn.hook_{through}", put))
    with model.hooks(fwd_hooks=hooks):
        start = cache[f"blocks.{listening[0]}.hook_resid_pre"].repeat(copies, 1, 1)
        return run_from(model, start, listening[0], answers.repeat(copies, 1))


# endregion
