"""Step 04's recorded numbers: the circuit of the small model that the course ships, found and judged."""

import functools
import itertools
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from exercises.kit.language_model import load_language_model
from reference.ioi_sentences import PairedSentences, paired_sentences
from reference.step04_ioi import ablation, attribution, warmup
from reference.step04_ioi import bonus as search
from reference.step04_ioi import signals as clues

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge


def warm_up_of_ten_seeds() -> list[list[float]]:
    """Step with all answers right for the first time, from which on for good, least accuracy after step 100."""
    rows = []
    for seed in range(10):
        accuracy = warmup.train_symbolic_ioi(warmup.initial_symbolic_weights(8, seed)).accuracy
        right = accuracy == 1
        rows.append([int(right.nonzero()[0]), int((~right).nonzero()[-1]) + 1, accuracy[100:].min().item()])
    return rows


def knock_out_strongest() -> list[float]:
    """Logit difference before and after the head with the largest direct attribution is silenced at END."""
    model, data = _shipped()
    direct = attribution.head_attribution(model, data.tokens, data.answers)
    found = ablation.knock_out(model, data.tokens, data.answers, direct == direct.max())
    return [found.before, found.after]


def greedy_circuit() -> list[list[int]]:
    model, data = _shipped()
    found = search.greedy_circuit(model, data.tokens, data.answers, data.frames, _means())
    return found.long().tolist()


def faithfulness_of_the_circuit() -> list[float]:
    model, data = _shipped()
    return list(ablation.faithfulness(model, data.tokens, data.answers, data.frames, _means(), _circuit()))


def faithfulness_on_other_sentences() -> list[float]:
    """F(C) and F(M) of the circuit on 48 sentences, with their own means, that it was not searched on."""
    model, _ = _shipped()
    data = paired_sentences(model, seed=1)
    means = ablation.template_means(model, data.abc, data.frames)
    return list(ablation.faithfulness(model, data.tokens, data.answers, data.frames, means, _circuit()))[:2]


def all_circuits_of_five() -> list[float]:
    """F(C) of all sets of five heads: the largest, the median, and how many have 80 % of the model's."""
    model, data = _shipped()
    count, (layers, heads) = len(data.tokens), _circuit().shape
    sets = torch.tensor(list(itertools.combinations(range(layers * heads), 5)))
    keep = torch.zeros(len(sets), layers * heads, dtype=torch.bool).scatter(1, sets, True).view(-1, layers, heads)
    found = []
    for some in keep.split(16):  # side by side: one run is as dear as a few
        n = len(some)
        each = some.repeat_interleave(count, 0).movedim(0, -1)[..., None].expand(-1, -1, -1, data.tokens.shape[1])
        tokens, frames, answers = data.tokens.repeat(n, 1), data.frames.repeat(n), data.answers.repeat(n, 1)
        end = ablation.mean_ablate(model, tokens, frames, _means(), each)[:, -1].gather(1, answers)
        found.append((end[:, 0] - end[:, 1]).view(-1, count).mean(1))
    scores, whole = torch.cat(found), attribution.logit_difference(model(data.tokens), data.answers)
    return [scores.max().item(), scores.median().item(), (scores >= 0.8 * whole).sum().item()]


def completeness_of_the_circuit() -> float:
    """The largest |F(C ∖ K) − F(M ∖ K)| over K of no head and of every single head."""
    model, data = _shipped()
    sets = torch.stack([torch.zeros_like(_circuit()), *_singles()])
    found = ablation.completeness(model, data.tokens, data.answers, data.frames, _means(), _circuit(), sets)
    return found.incompleteness.max().item()


def minimality_of_the_circuit() -> list[list[float]]:
    """Of every head, over K of no head and of all others."""
    model, data = _shipped()
    sets = torch.stack([torch.zeros_like(_circuit()), _circuit()])
    found = ablation.minimality(model, data.tokens, data.answers, data.frames, _means(), _circuit(), sets)
    return found.tolist()


def heads_at_end_swap_names() -> list[list[float]]:
    return _corruptions().swap_names.tolist()


def heads_at_end_swap_s2() -> list[list[float]]:
    return _corruptions().swap_s2.tolist()


def s_inhibition_heads() -> list[list[int]]:
    """Heads below the strongest name mover that recover a tenth or more at END when S2 was swapped."""
    model, data = _shipped()
    direct = attribution.head_attribution(model, data.tokens, data.answers)
    below = torch.arange(len(direct))[:, None] < direct.argmax() // direct.shape[1]
    return (below & (_corruptions().swap_s2 >= 0.1)).long().tolist()


def signals() -> list[float]:
    """Logit difference as it is, with the token, the position, and both flipped."""
    model, data = _shipped()
    heads = torch.tensor(s_inhibition_heads()).bool()
    return list(clues.position_and_token_signal(model, data.tokens, data.answers, data.positions, heads))


@functools.cache
def _shipped() -> "tuple[TransformerBridge, PairedSentences]":
    model = load_language_model()
    return model, paired_sentences(model)


@functools.cache
def _means() -> Tensor:
    model, data = _shipped()
    return ablation.template_means(model, data.abc, data.frames)


@functools.cache
def _circuit() -> Tensor:
    return torch.tensor(greedy_circuit()).bool()


def _singles() -> list[Tensor]:
    singles = []
    for layer, head in _circuit().nonzero().tolist():
        single = torch.zeros_like(_circuit())
        single[layer, head] = True
        singles.append(single)
    return singles


@functools.cache
def _corruptions() -> clues.Corruptions:
    model, data = _shipped()
    return clues.compare_corruptions(model, data.tokens, data.answers, data.positions)
