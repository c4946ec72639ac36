"""GPT-2 small's eight prompts, whose figures others have published, and its circuit, as Wang et al. 2022 found it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from exercises.kit.step04.sentences import DEMO

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge

# Each of the demo's prompts with its IO and its S.
PROMPTS = tuple(
    (frame.format(A=io if order == "ABBA" else s, B=s if order == "ABBA" else io, S=s), io, s)
    for frame, (io, s), order in zip(*DEMO[:3], strict=True)
)


class Circuit(NamedTuple):
    """A class of heads, (layer, head), and the role of the position at which its heads work."""

    heads: tuple[tuple[int, int], ...]
    role: str


# Wang et al. 2022, figure 2: 26 heads of 144.
CIRCUIT = {
    "name mover": Circuit(((9, 9), (10, 0), (9, 6)), "END"),
    "backup name mover": Circuit(
        ((10, 10), (10, 6), (10, 2), (10, 1), (11, 2), (9, 7), (9, 0), (11, 9)), "END"
    ),
    "negative name mover": Circuit(((10, 7), (11, 10)), "END"),
    "S-inhibition": Circuit(((7, 3), (7, 9), (8, 6), (8, 10)), "END"),
    "induction": Circuit(((5, 5), (5, 8), (5, 9), (6, 9)), "S2"),
    "duplicate token": Circuit(((0, 1), (0, 10), (3, 0)), "S2"),
    "previous token": Circuit(((2, 2), (4, 11)), "S1+1"),
}  # fmt: skip


class GPT2Prompts(NamedTuple):
    """Tokens [prompt, position] with BOS, answers [prompt, 2] (IO, S), the position of every role, two corruptions."""

    tokens: Tensor
    answers: Tensor
    positions: dict[str, Tensor]
    s2_swapped: Tensor
    both_swapped: Tensor


def gpt2_prompts(model: TransformerBridge) -> GPT2Prompts:
    """The eight prompts for a model with GPT-2's tokenizer. Raises ValueError when a name is not one token."""
    tokens = model.to_tokens([text for text, *_ in PROMPTS], prepend_bos=True)
    answers = torch.tensor([[_one_token(model, name) for name in names] for _, *names in PROMPTS])
    subject = tokens == answers[:, 1:]
    first, second = subject.int().argmax(1), tokens.shape[1] - 1 - subject.flip(1).int().argmax(1)
    positions = {
        "IO": (tokens == answers[:, :1]).int().argmax(1),
        "S1": first,
        "S1+1": first + 1,
        "S2": second,
        "END": torch.full_like(first, tokens.shape[1] - 1),
    }
    s2_swapped = tokens.scatter(1, second[:, None], answers[:, :1])
    both_swapped = s2_swapped.scatter(1, first[:, None], answers[:, :1])
    both_swapped = both_swapped.scatter(1, positions["IO"][:, None], answers[:, 1:])
    return GPT2Prompts(tokens, answers, positions, s2_swapped, both_swapped)


def circuit_heads(circuit: dict[str, Circuit], layers: int = 12, heads: int = 12) -> Tensor:
    """All heads of a circuit as a Bool tensor [layer, head]."""
    chosen = torch.zeros(layers, heads, dtype=torch.bool)
    for kind in circuit.values():
        for layer, head in kind.heads:
            chosen[layer, head] = True
    return chosen


def circuit_at_positions(
    circuit: dict[str, Circuit], positions: dict[str, Tensor], length: int, layers: int = 12, heads: int = 12
) -> Tensor:
    """Each head where its class works, and nowhere else, as in the paper: Bool [layer, head, prompt, position]."""
    prompts = len(positions["END"])
    chosen = torch.zeros(layers, heads, prompts, length, dtype=torch.bool)
    for kind in circuit.values():
        for layer, head in kind.heads:
            chosen[layer, head, torch.arange(prompts), positions[kind.role]] = True
    return chosen


def _one_token(model: TransformerBridge, name: str) -> int:
    tokens = model.to_tokens(f" {name}", prepend_bos=False)[0].tolist()
    if len(tokens) != 1:
        raise ValueError(f"{name!r} is {len(tokens)} tokens of this model, not one.")
    return int(tokens[0])
