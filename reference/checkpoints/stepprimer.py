"""The recorded numbers of the primer, computed again: of the weights by hand, of two descents, of a trained model."""

import functools

import torch

from reference.checkpoints.primer_runs import (
    ABC,
    SEQUENCES,
    descents,
    last_surprisal,
    mean_pattern,
    mean_surprisal,
    trained,
    valley_loss,
)
from reference.primer.softmax import softmax_rows
from reference.primer.transformer import Run, run_transformer, weights_by_hand


def pattern_by_hand() -> list[list[float]]:
    return _by_hand().pattern.tolist()


def stream_by_hand() -> list[list[float]]:
    return _by_hand().stream.tolist()


def parts_by_hand() -> list[list[list[float]]]:
    return _by_hand().parts.tolist()


def logits_by_hand() -> list[list[float]]:
    return _by_hand().logits.tolist()


def probabilities_by_hand() -> list[list[float]]:
    return softmax_rows(_by_hand().logits).tolist()


def surprisal_by_hand() -> list[float]:
    """After a, b, c, of the letter before the last; and the mean over all 27 sequences."""
    return [last_surprisal(weights_by_hand(), ABC).item(), mean_surprisal(weights_by_hand()).item()]


def right_by_hand() -> int:
    """In how many of the 27 sequences the highest logit is that of the letter before the last."""
    return sum(int(run_transformer(weights_by_hand(), tokens).logits[2].argmax() == tokens[1]) for tokens in SEQUENCES)


def softmax_of_2_1_0() -> list[float]:
    return softmax_rows(torch.tensor([[2.0, 1.0, 0.0]]))[0].tolist()


def losses_in_the_valley() -> list[float]:
    """After 60 steps of gradient descent, and of Adam."""
    return [valley_loss(path[-1]).item() for path in descents().values()]


def trained_surprisal() -> list[float]:
    """Mean surprisal before the first step, after ten and after the last."""
    losses, weights = trained()
    return [losses[0].item(), losses[10].item(), mean_surprisal(weights).item()]


def trained_attention() -> list[float]:
    """The shares of attention that the third position gives to the three: mean over sequences."""
    return mean_pattern(trained()[1])[2].tolist()


@functools.cache
def _by_hand() -> Run:
    return run_transformer(weights_by_hand(), ABC)
