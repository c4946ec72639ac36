"""The same task without a language: BOS A B S END, where S is A or B again, and the answer is the other one.

One layer, two heads, attention only, as in step 03: no MLP, no LayerNorm, no biases. The weights are a dict: `W_E`
[token, d_model], `W_pos` [5, d_model], `W_Q`, `W_K`, `W_V` [head, d_model, d_head], `W_O` [head, d_head, d_model],
`W_U` [d_model, token]. Tokens 0 … names − 1 are names; then come BOS and END.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float32, Int64
from torch import Tensor

Weights = dict[str, Tensor]


class SymbolicRun(NamedTuple):
    """What the model computes at END."""

    logits: Float32[Tensor, "prompt token"]
    attention: Float32[Tensor, "prompt head 5"]  # from END


class TrainedSymbolic(NamedTuple):
    """A trained model and its curves, one entry for each step; entry 0 is the model as given."""

    weights: Weights
    losses: Float32[Tensor, "step"]
    accuracy: Float32[Tensor, "step"]


class SymbolicCircuit(NamedTuple):
    """What each head does, in two numbers or five."""

    attention: Float32[Tensor, "head 5"]  # from END to BOS, A, B, S, END: the mean over all prompts
    copying: Float32[Tensor, "head"]  # how much more a name raises its own logit than another name's


def initial_symbolic_weights(names: int, seed: int, heads: int = 2, d_model: int = 32, d_head: int = 16) -> Weights:
    """Weights to start from. Given, nothing to do here.

    Normal. Positions are large and W_Q, W_K small, so that at first a head's attention depends on places, not names.
    """
    generator = torch.Generator().manual_seed(seed)
    sizes = {
        "W_E": (1.0, (names + 2, d_model)),
        "W_pos": (9.0, (5, d_model)),
        "W_Q": (0.3, (heads, d_model, d_head)),
        "W_K": (0.3, (heads, d_model, d_head)),
        "W_V": (1.0, (heads, d_model, d_head)),
        "W_O": (1.4, (heads, d_head, d_model)),
        "W_U": (1.0, (d_model, names + 2)),
    }
    return {k: std * torch.randn(shape, generator=generator) / d_model**0.5 for k, (std, shape) in sizes.items()}


def symbolic_ioi_data(names: int) -> tuple[Int64[Tensor, "prompt 5"], Int64[Tensor, "prompt"]]:
    """Every prompt BOS A B S END there is, and its answers.

    A and B are two different names in either order, S is one of them, the answer is the other. Names are 0 … names − 1,
    BOS is `names`, END is `names` + 1. Returns int64 tokens [2 · names · (names − 1), 5], all different, in any order,
    and answers [prompt]. Raises ValueError for fewer than two names.
    """
    raise NotImplementedError("Return the tokens of every prompt there is, and their answers")


def symbolic_forward(weights: Weights, tokens: Int64[Tensor, "prompt 5"]) -> SymbolicRun:
    """The logits after END: with one layer nothing else is ever read, so nothing else is computed.

    As in step 03, positions are added to what queries and keys read, and to nothing else: a head's query is made from
    END, its keys from all five places (END included), its values from the tokens alone. Scores are divided by √d_head.
    logits = (W_E[END] + what the heads write) W_U, float32 [prompt, token]; attention [prompt, head, 5] sums to 1 over
    the places. For any number of heads.
    """
    raise NotImplementedError("Return the SymbolicRun: the logits after END, and where each head looks from there")


def train_symbolic_ioi(
    weights: Weights,
    steps: int = 300,
    *,
    look_after: int = 100,
    learning_rate: float = 1e-2,
    weight_decay: float = 0.1,
) -> TrainedSymbolic:
    """AdamW (PyTorch's betas) on all prompts at once, starting from a copy of `weights`; how many names W_E tells.

    The loss is the mean cross-entropy over all tokens. During the first `look_after` steps W_pos, W_Q and W_K stay
    exactly as they are: the heads learn what to write before they learn where to look. (Without this both heads soon
    look at A and B alone, where half of the answers are right, and never leave.) `losses` and `accuracy`, float32
    [steps + 1]: entry s is after s steps. The returned weights need no gradient; those given stay as they are.
    """
    raise NotImplementedError("Return the TrainedSymbolic: the trained weights, and loss and accuracy at every step")


@torch.no_grad()
def symbolic_circuit(weights: Weights) -> SymbolicCircuit:
    """Where each head looks, and whether it says what it sees or the opposite.

    `attention` [head, 5] is the mean over all prompts. For `copying` [head] take names only: the matrix
    W_E W_V W_O W_U, [name, name] for each head; the mean of its diagonal minus the mean of everything off it. Positive:
    the head copies. Negative: it makes less likely what it looks at. Float32.
    """
    raise NotImplementedError("Return the SymbolicCircuit: where each head looks, and how much it copies")
