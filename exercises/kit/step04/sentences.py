"""Lists of sentences of step 04: for `make_prompts`, the same for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from exercises.kit.step04.words import FRAMES, NAMES, PLACES, THINGS

if TYPE_CHECKING:
    from torch import Tensor
    from transformer_lens.model_bridge import TransformerBridge


class Sentences(NamedTuple):
    """What `make_prompts` takes after the model, one entry for each sentence."""

    frames: tuple[str, ...]
    names: tuple[tuple[str, str], ...]  # IO, S
    orders: tuple[str, ...]
    subjects: tuple[str, ...] | None = None  # third names: the ABC control


def standard_sentences(count: int = 24, control: bool = False) -> Sentences:
    """`count` sentences in turn from all frames, in both orders, with all names. With `control` the ABC control."""
    numbers = range(count)
    frames = [FRAMES[i % len(FRAMES)] for i in numbers]
    filled = [
        frame.replace("{place}", PLACES[5 * i % len(PLACES)]).replace("{thing}", THINGS[7 * i % len(THINGS)])
        for i, frame in enumerate(frames)
    ]
    names = [(NAMES[2 * i % len(NAMES)], NAMES[(2 * i + 1) % len(NAMES)]) for i in numbers]
    orders = [("ABBA", "BABA")[i // len(FRAMES) % 2] for i in numbers]
    subjects = tuple(NAMES[(2 * i + 21) % len(NAMES)] for i in numbers) if control else None
    return Sentences(tuple(filled), tuple(names), tuple(orders), subjects)


# The eight sentences with which TransformerLens' Exploratory Analysis Demo looks into GPT-2 small, in its order: its
# figures are about these. Each frame comes twice, with either of its names as IO.
_DEMO = (
    ("When {A} and {B} went to the shops, {S} gave the bag to", ("Mary", "John"), ("BABA", "ABBA")),
    ("When {A} and {B} went to the park, {S} gave the ball to", ("Tom", "James"), ("ABBA", "BABA")),
    ("When {A} and {B} went to the shops, {S} gave an apple to", ("Dan", "Sid"), ("ABBA", "BABA")),
    ("After {A} and {B} went to the park, {S} gave a drink to", ("Martin", "Amy"), ("ABBA", "BABA")),
)
DEMO = Sentences(
    frames=tuple(frame for frame, *_ in _DEMO for _ in range(2)),
    names=tuple(pair for _, (first, second), _ in _DEMO for pair in ((first, second), (second, first))),
    orders=tuple(order for *_, orders in _DEMO for order in orders),
)


def repeated_names(model: TransformerBridge, batch: int = 16, half: int = 10, seed: int = 4) -> Tensor:
    """BOS, `half` different names, and the same again: int64 [batch, 1 + 2 · half]."""
    names = torch.tensor([model.to_single_token(f" {name}") for name in NAMES])
    generator = torch.Generator().manual_seed(seed)
    once = names[torch.stack([torch.randperm(len(names), generator=generator)[:half] for _ in range(batch)])]
    return torch.cat([torch.full((batch, 1), model.tokenizer.bos_token_id), once, once], dim=1)
