"""Step 04's numbers of the real GPT-2: the demo's eight prompts, and the paper's circuit."""

import functools

import torch

from exercises.kit.step04.gpt2 import CIRCUIT, circuit_at_positions, circuit_heads
from exercises.kit.step04.words import NAMES
from reference.checkpoints.gpt2 import gpt2
from reference.ioi_sentences import paired_sentences
from reference.step04_ioi import ablation, attribution, patching


def gpt2_logit_differences() -> list[float]:
    model, prompts = gpt2()
    with torch.no_grad():
        return attribution.logit_difference(model(prompts.tokens), prompts.answers, per_prompt=True).tolist()


def gpt2_mean_logit_difference() -> float:
    differences = gpt2_logit_differences()
    return sum(differences) / len(differences)


def gpt2_corrupted_logit_difference() -> float:
    model, prompts = gpt2()
    with torch.no_grad():
        return attribution.logit_difference(model(prompts.s2_swapped), prompts.answers).item()


def gpt2_head_attribution() -> list[float]:
    model, prompts = gpt2()
    found = attribution.head_attribution(model, prompts.tokens, prompts.answers)
    return [found[head].item() for head in ((9, 9), (10, 7), (9, 6), (11, 10))]


def gpt2_attention_of_layer_9() -> float:
    """Element 1 + 2 · 9 of layer_attribution: embeddings, then attention and MLP of every layer."""
    model, prompts = gpt2()
    return attribution.layer_attribution(model, prompts.tokens, prompts.answers)[19].item()


def gpt2_head_patching() -> list[float]:
    model, prompts = gpt2()
    found = patching.patch_heads(model, prompts.tokens, prompts.s2_swapped, prompts.answers)
    return [found[head].item() for head in ((10, 7), (5, 5), (8, 6), (11, 10), (8, 10), (9, 9), (7, 9))]


def gpt2_mlp_0_at_s2() -> float:
    model, prompts = gpt2()
    found = patching.patch_mlp_out(model, prompts.tokens, prompts.s2_swapped, prompts.answers)
    return found[0, prompts.positions["S2"][0]].item()


def gpt2_knock_out_9_9() -> list[float]:
    model, prompts = gpt2()
    heads = torch.zeros(12, 12, dtype=torch.bool)
    heads[9, 9] = True
    found = ablation.knock_out(model, prompts.tokens, prompts.answers, heads)
    return [found.before, found.after]


def gpt2_logit_difference_on_sentences() -> float:
    return _gpt2_faithfulness().model


def gpt2_faithfulness() -> float:
    return _gpt2_faithfulness().ratio


def gpt2_copying_scores() -> list[float]:
    """Share of names among the top five, name movers 9.9, 10.0, 9.6; then of their negatives, 10.7 and 11.10."""
    model, _ = gpt2()
    from reference.step04_ioi.heads import copying_score

    names = model.to_tokens([f" {name}" for name in NAMES], prepend_bos=False)[:, 0]
    copies, opposites = copying_score(model, names), copying_score(model, names, negative=True)
    return [copies[head].item() for head in ((9, 9), (10, 0), (9, 6))] + [
        opposites[head].item() for head in ((10, 7), (11, 10))
    ]


@functools.cache
def _gpt2_faithfulness() -> ablation.Faithfulness:
    """Every head of the circuit is kept at the position of its class alone; means by frame."""
    model, _ = gpt2()
    data = paired_sentences(model, per_frame=6)
    means = ablation.template_means(model, data.abc, data.frames)
    circuit = circuit_at_positions(CIRCUIT, data.positions, data.tokens.shape[1])
    assert circuit_heads(CIRCUIT).sum() == 26
    return ablation.faithfulness(model, data.tokens, data.answers, data.frames, means, circuit)
