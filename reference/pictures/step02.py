"""Pictures for the reports of step 02, drawn from what the learner's functions return."""

import math

import torch
from matplotlib.figure import Figure

P, FREQUENCIES = 31, (1, 5, 6, 12)


def clock_logits(learner, reference) -> Figure:
    """The logits of hand-made weights for one question, beside the clocks they should follow."""
    a, b = 7, 11
    tokens = torch.tensor([[a, b, P]])
    figure = Figure(figsize=(9, 3), layout="constrained")
    all_axes = figure.subplots(1, 2, sharey=True)
    for axes, side, name in zip(all_axes, (learner, reference), ("yours", "the course's"), strict=True):
        weights = side.clock.clock_model(P, torch.tensor(FREQUENCIES))
        logits = reference.transformer.forward(weights, tokens).logits[0]
        logits = logits - logits.mean()
        c = torch.arange(P)
        ideal = sum((2 * math.pi * k / P * (a + b - c)).cos() for k in FREQUENCIES) / len(FREQUENCIES)
        colours = ["tab:red" if answer == (a + b) % P else "tab:blue" for answer in c.tolist()]
        axes.bar(c, logits / logits.abs().max(), color=colours)
        axes.plot(c, ideal, color="black", linewidth=1, label="mean of cos w(a + b − c)")
        axes.set(title=f"{a} + {b} on clocks {', '.join(map(str, FREQUENCIES))}: {name}", xlabel="answer c")
    all_axes[0].set_ylabel("logit (largest = 1)")
    all_axes[0].legend(fontsize="small")
    return figure
