"""Pictures for the reports of step 03, drawn from what the learner's functions return."""

import torch
from matplotlib.figure import Figure

from exercises.kit.step03 import plots
from exercises.kit.step03.model import load_runs


def patterns(learner, reference) -> Figure:
    """The stripe of the shipped induction head, and which of its entries the learner's score counts."""
    runs = load_runs()
    half = runs.half
    pattern = (
        reference.transformer.attention_only_forward(runs.two_layers.weights, runs.test[:8]).patterns[1, :, 3].mean(0)
    )
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    all_axes = figure.subplots(1, 2)
    for axes, side, name in zip(all_axes, (learner, reference), ("yours", "the course's"), strict=True):
        score = float(side.scores.prefix_matching_score(pattern, half))
        axes.imshow(pattern, cmap="Blues", vmin=0, vmax=1)
        queries = [half + 0.5, 2 * half + 0.5]
        for shift in (-0.8, 0.8):
            axes.plot([q - half + 1 + shift for q in queries], queries, color="tab:red", linewidth=1)
        axes.set(title=f"head 1.3, {name}: score {score:.3f}", xlabel="key", ylabel="query")
    return figure


def training(learner, reference) -> Figure:
    """Both halves' losses in the first 50 batches, by the learner's training and by the course's."""
    batches = list(reference.data.training_batches(50, batch=16, length=33, periods=(4, 16), vocab=32, seed=0))
    test = reference.data.repeated_tokens(32, 16, 32, seed=1)
    start = reference.transformer.initial_weights(32, 33, seed=0, heads=2)
    figure = Figure(figsize=(8, 2.8), layout="constrained")
    for axes, (name, side) in zip(figure.subplots(1, 2, sharey=True), _sides(learner, reference), strict=True):
        run = side.training.train_induction_model(start, batches, test, learning_rate=5e-3)
        axes.plot(run.steps, run.first_half, "s--", label="first half")
        axes.plot(run.steps, run.second_half, "o-", label="second half")
        axes.set(title=f"two layers, 50 batches: {name}", xlabel="step")
    figure.axes[0].set_ylabel("loss (nats)")
    figure.axes[0].legend()
    return figure


def attribution(learner, reference) -> Figure:
    """What each path says of the next token in the second half, by the learner and by the course."""
    runs = load_runs()
    figure = Figure(figsize=(8, 2.8), layout="constrained")
    axes = figure.subplots()
    names = ["direct", *(f"{layer}.{head}" for layer in (0, 1) for head in range(4))]
    for place, (name, side) in enumerate(_sides(learner, reference)):
        paths = side.attribution.logit_attribution(runs.two_layers.weights, runs.test[:8])
        heights = paths[:, 1 - runs.half :].mean((0, 1))
        axes.bar(torch.arange(len(names)) + 0.4 * place - 0.2, heights, width=0.38, label=name)
    axes.set_xticks(range(len(names)), names)
    axes.set(xlabel="path", ylabel="logit of the next token")
    axes.legend()
    return figure


def copying(learner, reference) -> Figure:
    """The copying score of every head of the shipped model."""
    weights = load_runs().two_layers.weights
    factors = [[reference.circuits.ov_circuit(weights, layer, head) for head in range(4)] for layer in (0, 1)]
    scores = {name: torch.tensor([[float(side.circuits.copying_score(*pair)) for pair in row] for row in factors])
              for name, side in _sides(learner, reference)}  # fmt: skip
    return plots.score_grid(scores, "Copying score")


def compositions(learner, reference) -> Figure:
    """K-composition of every pair of heads, from the learner's score."""
    weights = load_runs().two_layers.weights
    first = [(weights["W_V"][0, head], weights["W_O"][0, head]) for head in range(4)]
    second = [(weights["W_K"][1, head], weights["W_Q"][1, head].T) for head in range(4)]
    scores = {name: torch.tensor([[float(side.composition.composition_score(a, b)) for b in second] for a in first])
              for name, side in _sides(learner, reference)}  # fmt: skip
    figure = plots.score_grid(scores, "K-composition")
    for axes in figure.axes:
        axes.set(xlabel="head of the second layer", ylabel="head of the first layer")
    figure.set_size_inches(7.5, 3.2)
    return figure


def broken(learner, reference) -> Figure:
    """Prefix matching of the second layer, intact and without each head of the first, by the learner."""
    runs = load_runs()
    found = learner.causal.break_the_circuit(runs.two_layers.weights, runs.test[:8])
    return plots.broken_circuit(torch.as_tensor(found[0]), torch.as_tensor(found[1]))


def _sides(learner, reference):
    return ("yours", learner), ("the course's", reference)
