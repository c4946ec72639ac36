"""Acting on the language model: put a reconstruction in, take a feature out, turn it up.

To run the model and to measure it: `from exercises.kit.step05.model import next_token_loss, run_code_model`.
"""

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from exercises.kit.step05.model import Weights, next_token_loss, run_code_model


def loss_recovered(
    weights: Weights, tokens: Int64[Tensor, "batch position"], reconstruction: Float[Tensor, "batch position neuron"]
) -> float:
    """How much of what the MLP is worth to the model survives: (L_zero − L_sae) / (L_zero − L_clean).

    All three are `next_token_loss`, averaged over all tokens: with the MLP's activations as they are (L_clean), with
    `reconstruction` in their place (L_sae), with zeros in their place, b_out staying (L_zero). 1: as good as the
    real ones; 0: as good as none; it can be below 0. Takes `tokens` int64 [batch, position] and float32 [batch,
    position, neuron]; returns a float. Source: Bricken et al. 2023, "How much of the model does our interpretation
    explain?" (79 % for theirs).
    """
    # region solution: return the share of the MLP's worth that the reconstruction keeps
    with torch.no_grad():
        replacements = (torch.zeros_like(reconstruction), reconstruction, None)
        zero, sae, clean = (_mean_loss(weights, tokens, replacement) for replacement in replacements)
    return (zero - sae) / (zero - clean)
    # endregion


# region solution
def _mean_loss(weights: Weights, tokens: Tensor, replacement: Tensor | None) -> float:
    edit = None if replacement is None else lambda neurons: replacement
    return next_token_loss(run_code_model(weights, tokens, edit).logits, tokens).mean().item()


# endregion


def ablate_feature(
    weights: Weights,
    tokens: Int64[Tensor, "batch position"],
    activation: Float[Tensor, "batch position"],
    direction: Float[Tensor, "neuron"],
) -> Float[Tensor, "batch position-1"]:
    """By how much the loss on every token rises when one feature is taken out of the MLP's activations.

    Everywhere neurons − activation · direction stands in place of the neurons: what the autoencoder does not explain
    stays, and nothing is rectified again. `activation` float32 [batch, position] is how much of the feature there
    is, in the neurons' own units. Returns ablated minus clean `next_token_loss`, float32 [batch, position − 1]:
    positive where the feature helped. Source: Bricken et al. 2023, "Feature ablations"; Cunningham et al. 2023,
    section 4.
    """
    # region solution: return how much higher the loss on each token is without the feature
    with torch.no_grad():
        ablated = run_code_model(weights, tokens, lambda neurons: neurons - activation[..., None] * direction).logits
        clean = run_code_model(weights, tokens).logits
        return next_token_loss(ablated, tokens) - next_token_loss(clean, tokens)
    # endregion


def steer(
    weights: Weights, tokens: Int64[Tensor, "batch position"], direction: Float[Tensor, "neuron"], amount: float
) -> Float[Tensor, "batch position vocab"]:
    """The logits when `amount` of a feature's direction is added to the MLP's activations, at every position.

    Added to what is there, not put in its place, and not rectified again. Returns float32 [batch, position, vocab].
    Source: after Bricken et al. 2023, "Pinning features", and Templeton et al. 2024, "Influence on behavior", who put a
    value in its place.
    """
    # region solution: return the logits of the model that is steered
    with torch.no_grad():
        return run_code_model(weights, tokens, lambda neurons: neurons + amount * direction).logits
    # endregion
