"""Pictures for the reports of the primer, drawn from what the learner's functions return."""

import torch
from matplotlib.figure import Figure

from exercises.kit.primer.plots import LETTERS, grid

TOKENS = torch.tensor([2, 0, 1])


def by_hand(learner, reference) -> Figure:
    """The lesson's model on c, a, b: pattern and logits, by the learner's functions and by the course's."""
    weights = reference.transformer.weights_by_hand()
    said = [LETTERS[token] for token in TOKENS]
    figure = Figure(figsize=(8, 2.4), layout="constrained")
    axes = figure.subplots(1, 4)
    for number, (name, side) in enumerate({"yours": learner, "the course's": reference}.items()):
        run = side.transformer.run_transformer(weights, TOKENS)
        grid(axes[2 * number], run.pattern, said, said, f"pattern: {name}", top=1)
        grid(axes[2 * number + 1], run.logits, said, list(LETTERS), f"logits: {name}")
    return figure
