"""Pictures for the reports of step 02, drawn from what the learner's functions return."""

import math

import torch
from matplotlib.figure import Figure

from exercises.kit.step02 import plots
from exercises.kit.step02.model import load_run

P, FREQUENCIES = 31, (1, 5, 6, 12)
SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)  # of the algorithm in logits that are otherwise memory


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


def training(learner, reference) -> Figure:
    """Losses of a small model in its first 80 epochs, by the learner's training and by the course's."""
    tokens, labels = reference.data.modular_addition_data(23)
    train, test = reference.data.split(len(tokens), 0.5, seed=0)
    start = reference.transformer.initial_weights(23, seed=0, d_model=32, d_mlp=64)
    figure = Figure(figsize=(8, 2.8), layout="constrained")
    for axes, (name, side) in zip(figure.subplots(1, 2, sharey=True), _sides(learner, reference), strict=True):
        run = side.training.train_grokking(start, tokens, labels, train, test, epochs=80, learning_rate=3e-3)
        axes.semilogy(run.epochs, run.train_loss, label="train loss")
        axes.semilogy(run.epochs, run.test_loss, "--", label="test loss")
        axes.set(title=f"23 numbers, 80 epochs: {name}", xlabel="epoch")
    figure.axes[0].legend()
    return figure


def grok(learner, reference) -> Figure:
    """Two made-up accuracies, with a lucky record and a spike, and where each side says that they have arrived."""
    epochs = torch.arange(0, 1000, 20)
    train = (epochs / 200).clamp(max=1.0).double()
    test = torch.sigmoid((epochs - 600) / 40.0).double()
    test[10], train[30] = 1.0, 0.6
    figure = Figure(figsize=(8, 2.8), layout="constrained")
    for axes, (name, side) in zip(figure.subplots(1, 2, sharey=True), _sides(learner, reference), strict=True):
        found = side.training.detect_grok(epochs, train, test)
        axes.plot(epochs, train, label="train accuracy")
        axes.plot(epochs, test, "--", label="test accuracy")
        for epoch in (found[0], found[1]):
            if epoch is not None:
                axes.axvline(epoch, color="black", linewidth=1, linestyle=":")
        axes.set(title=f"{name}: {found[0]}, {found[1]}", xlabel="epoch")
    figure.axes[0].legend(loc="center right")
    return figure


def key_frequencies(learner, reference) -> Figure:
    """The shipped model's embedding, with the frequencies named that the learner finds."""
    waves = reference.embedding.embedding_spectrum(load_run().weights["W_E"])
    mine, theirs = (torch.as_tensor(s.embedding.key_frequencies(waves)) for s in (learner, reference))
    title = f"yours: {_listed(mine)}; the course's: {_listed(theirs)}"
    return plots.spectrum(waves, mine[(mine > 0) & (mine <= len(waves) // 2)], title=title)


def cosine_fit(learner, reference) -> Figure:
    """The logits of a clock of 31 numbers, and the cosines that the learner fits to them."""
    logits, key = _clock_logits(reference), torch.tensor(FREQUENCIES)
    alpha, fraction = learner.logits.logit_cosine_fit(logits, key)
    return plots.logits_and_fit(logits, torch.as_tensor(alpha), key, float(fraction))


def restricted(learner, reference) -> Figure:
    """Restricted loss along a way from memory to algorithm."""
    found = {name: [float(side.progress.restricted_loss(logits, torch.tensor(FREQUENCIES)))
                    for logits in _from_memory(reference)[0]] for name, side in _sides(learner, reference)}  # fmt: skip
    return _along("restricted loss (nats)", found)


def excluded(learner, reference) -> Figure:
    """Excluded loss along the same way, mean over frequencies."""
    ways, train = _from_memory(reference)
    found = {name: [float(torch.as_tensor(side.progress.excluded_loss(logits, torch.tensor(FREQUENCIES), train)).mean())
                    for logits in ways] for name, side in _sides(learner, reference)}  # fmt: skip
    return _along("mean excluded loss (nats)", found)


def _sides(learner, reference):
    return ("yours", learner), ("the course's", reference)


def _clock_logits(reference) -> torch.Tensor:
    tokens = reference.data.modular_addition_data(P)[0]
    return reference.transformer.forward(reference.clock.clock_model(P, torch.tensor(FREQUENCIES)), tokens).logits


def _from_memory(reference) -> tuple[list[torch.Tensor], torch.Tensor]:
    """Logits that are first a memory of the training pairs, and more and more a clock; and the training pairs."""
    labels = reference.data.modular_addition_data(P)[1]
    train, _ = reference.data.split(P * P, 0.3, seed=0)
    memory = torch.zeros(P * P, P)
    memory[train, labels[train]] = 10.0
    clock = _clock_logits(reference)
    clock = 10 * clock / clock.abs().max()
    return [(1 - share) * memory + share * clock for share in SHARES], train


def _along(ylabel: str, found: dict[str, list[float]]) -> Figure:
    figure = Figure(figsize=(6, 3), layout="constrained")
    axes = figure.subplots()
    for (name, values), look in zip(found.items(), ("o-", "x--"), strict=True):
        axes.plot(SHARES, values, look, label=name)
    axes.set(xlabel="from memory (0) to algorithm (1)", ylabel=ylabel)
    axes.legend()
    return figure


def _listed(frequencies: torch.Tensor) -> str:
    return ", ".join(map(str, frequencies.flatten().tolist()))
