"""Step 04's recorded numbers, first part: attribution, scores of heads, the warm-up."""

import functools

import torch

from exercises.kit.language_model import load_language_model
from exercises.kit.step04.sentences import repeated_names, standard_sentences
from exercises.kit.step04.words import NAMES
from reference.step04_ioi.attribution import head_attribution, logit_difference, logit_lens
from reference.step04_ioi.heads import attention_to_names, copying_score, duplicate_previous_induction_scores
from reference.step04_ioi.prompts import make_prompts
from reference.step04_ioi.warmup import initial_symbolic_weights, symbolic_circuit, train_symbolic_ioi


def small_model_logit_difference() -> float:
    prompts = _prompts()
    return logit_difference(_model()(prompts.tokens), prompts.answers).item()


def small_model_logit_lens() -> list[float]:
    return logit_lens(_model(), *_prompts()[:2]).tolist()


def small_model_head_attribution() -> list[float]:
    return head_attribution(_model(), *_prompts()[:2]).flatten().tolist()


def small_model_name_attention() -> list[float]:
    """Every head's mean attention from END to IO, S1 and S2."""
    return attention_to_names(_model(), *_prompts()).attention.mean(dim=2).flatten().tolist()


def small_model_copying_score() -> list[float]:
    return copying_score(_model(), _names()).flatten().tolist()


def small_model_negative_copying_score() -> list[float]:
    return copying_score(_model(), _names(), negative=True).flatten().tolist()


def small_model_head_scores() -> list[list[float]]:
    """Duplicate-token, previous-token and induction score of every head."""
    return [s.flatten().tolist() for s in duplicate_previous_induction_scores(_model(), repeated_names(_model()))]


@functools.cache
def _model():
    return load_language_model()


def _prompts():
    return make_prompts(_model(), *standard_sentences())


def _names():
    return torch.tensor([_model().to_single_token(f" {name}") for name in NAMES])


def symbolic_ioi_learned() -> list[float]:
    """Of ten seeds, how many are at 100 % after 300 steps: attention waiting, all at once, and one head."""

    def learned(seed: int, heads: int, wait: int) -> bool:
        run = train_symbolic_ioi(initial_symbolic_weights(8, seed, heads), look_after=wait)
        return run.accuracy[-1].item() == 1

    return [sum(learned(seed, heads, wait) for seed in range(10)) for heads, wait in ((2, 100), (2, 0), (1, 100))]


def symbolic_circuit_of_seed_6() -> list[list[float]]:
    """Each head's attention to A, B and S, and its copying."""
    circuit = symbolic_circuit(train_symbolic_ioi(initial_symbolic_weights(8, 6)).weights)
    return torch.cat([circuit.attention[:, 1:4], circuit.copying[:, None]], dim=1).tolist()
