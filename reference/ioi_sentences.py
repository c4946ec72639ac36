"""IOI sentences and their ABC controls, the same every time, for step 04's recorded numbers and hidden tests."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from exercises.kit.step04.words import FRAMES, NAMES, PLACES, THINGS
from reference.step04_ioi.prompts import make_prompts

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge


class PairedSentences(NamedTuple):
    """Prompts from the frames 0 … 5, half of them ABBA: `tokens` IOI, `abc` the same with a third name for S2."""

    tokens: Tensor
    abc: Tensor
    answers: Tensor
    positions: dict[str, Tensor]
    frames: Tensor


def paired_sentences(model: TransformerBridge, per_frame: int = 8, seed: int = 0) -> PairedSentences:
    """`per_frame` prompts from every frame, each frame with one place and thing of its own."""
    draw = random.Random(seed)
    numbers = [number for number in range(len(FRAMES)) for _ in range(per_frame)]
    frames = [FRAMES[n].replace("{place}", PLACES[n]).replace("{thing}", THINGS[n]) for n in numbers]
    people = [draw.sample(NAMES, 3) for _ in numbers]
    names, thirds = [(io, s) for io, s, _ in people], [third for *_, third in people]
    orders = [("ABBA", "BABA")[i % 2] for i in range(len(numbers))]
    prompts = make_prompts(model, frames, names, orders)
    control = make_prompts(model, frames, names, orders, thirds)
    return PairedSentences(prompts.tokens, control.tokens, prompts.answers, prompts.positions, torch.tensor(numbers))
