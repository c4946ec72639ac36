"""What the recorded numbers of step 03 are made of: one function for each, on the shipped runs; and GPT-2's heads."""

import functools

import torch

from exercises.kit.step03.model import ShippedRuns, load_runs
from reference.checkpoints import gpt2_heads
from reference.step03_induction_heads.attribution import logit_attribution
from reference.step03_induction_heads.causal import (
    Broken,
    PhaseChange,
    Spared,
    ablate_heads,
    break_the_circuit,
    phase_change,
    why_spared,
)
from reference.step03_induction_heads.circuits import copying_accuracy as share_copied
from reference.step03_induction_heads.circuits import copying_score, ov_circuit, positional_pattern
from reference.step03_induction_heads.composition import (
    composition_baseline,
    head_compositions,
    k_composition_circuit,
)
from reference.step03_induction_heads.losses import half_losses, per_position_loss
from reference.step03_induction_heads.transformer import attention_only_forward

PARTS = (gpt2_heads,)


def losses_by_half() -> list[float]:
    """First and second half, of the final two-layer model."""
    return [_final().first_half.item(), _final().second_half.item()]


def losses_of_the_one_layer_control() -> list[float]:
    control = phase_change([_runs().one_layer.weights], _runs().test)
    return [control.first_half.item(), control.second_half.item()]


def lowest_loss_of_the_one_layer_control() -> float:
    return _runs().one_layer.curves["second_half"].min().item()


def drop_of_the_second_half() -> list[int]:
    """The last recorded step with a second-half loss above 2, and the first with one below 0.5."""
    curves = _runs().two_layers.curves
    above = curves["step"][curves["second_half"] > 2][-1]
    below = curves["step"][curves["second_half"] < 0.5][0]
    return [int(above), int(below)]


def previous_token_scores() -> list[float]:
    return _final().previous_token[0, 0].tolist()


def prefix_matching_scores() -> list[float]:
    return _final().prefix_matching[0, 1].tolist()


def prefix_matching_without_0_1() -> list[float]:
    return _broken().ablated[1].tolist()


def ablation_of_every_head() -> list[float]:
    return ablate_heads(_runs().two_layers.weights, _runs().test).flatten().tolist()


def ablation_of_1_2_and_1_3_together() -> float:
    weights, test, half = _runs().two_layers.weights, _runs().test, _runs().half
    means = attention_only_forward(weights, test).outputs.mean(dim=1)
    instead = [(1, head, means[1, head]) for head in (2, 3)]
    logits = attention_only_forward(weights, test, instead).logits
    return half_losses(per_position_loss(logits, test), half).second - _final().second_half.item()


def costs_of_1_2() -> list[float]:
    """Alone, and beside 1.3."""
    return [_spared()[2].alone, _spared()[2].beside]


def costs_of_1_0_1_1_and_1_2_beside_1_3() -> list[float]:
    assert all(one.other == (1, 3) for one in _spared())
    return [one.beside for one in _spared()]


def norms_of_what_heads_write() -> list[float]:
    outputs = attention_only_forward(_runs().two_layers.weights, _runs().test).outputs
    return outputs.norm(dim=-1).mean((1, 3)).flatten().tolist()


def q_compositions_of_0_0() -> list[float]:
    return head_compositions(_runs().two_layers.weights)[0, 0].tolist()


def attribution_of_the_second_half() -> list[float]:
    """Direct path, first layer, second layer; mean over what is known in the second half."""
    paths = logit_attribution(_runs().two_layers.weights, _runs().test[:32])
    mean = paths[:, 1 - _runs().half :].mean((0, 1))
    return [mean[0].item(), mean[1:5].sum().item(), mean[5:].sum().item()]


def copying_scores() -> list[float]:
    return [copying_score(*ov_circuit(_runs().two_layers.weights, 1, head)) for head in range(4)]


def copying_accuracies() -> list[float]:
    return [share_copied(*ov_circuit(_runs().two_layers.weights, 1, head)) for head in range(4)]


def k_composition_accuracy() -> float:
    return share_copied(*k_composition_circuit(_runs().two_layers.weights, 1, 3))


def k_compositions_of_0_1() -> list[float]:
    return head_compositions(_runs().two_layers.weights)[1, 1].tolist()


def composition_by_chance() -> float:
    return composition_baseline(64, 16, 200, seed=0)


def positional_previous_token_score() -> float:
    pattern = positional_pattern(_runs().two_layers.weights, 0, 1, 33)
    return pattern.diagonal(-1).mean().item()


@functools.cache
def _runs() -> ShippedRuns:
    return load_runs()


@functools.cache
def _spared() -> list[Spared]:
    """Of 1.0, 1.1 and 1.2."""
    return [why_spared(_runs().two_layers.weights, _runs().test, 1, head) for head in range(3)]


@functools.cache
def _final() -> PhaseChange:
    with torch.no_grad():
        return phase_change([_runs().two_layers.weights], _runs().test)


@functools.cache
def _broken() -> Broken:
    return break_the_circuit(_runs().two_layers.weights, _runs().test)
