"""The figures of step 02, from the run that the course ships and its snapshots."""

import functools
import math

import torch
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from exercises.kit.step02 import plots
from exercises.kit.step02.model import ShippedRun, load_run
from reference.checkpoints.step02 import key_frequencies_of_the_neurons
from reference.checkpoints.step02 import phases as ends_of_the_phases
from reference.figures.style import BLUE, GREY, INK, ORANGE, RED, WIDTH, styled
from reference.step02_grokking.clock import clock_model
from reference.step02_grokking.data import modular_addition_data
from reference.step02_grokking.embedding import embedding_spectrum
from reference.step02_grokking.fourier import fft1d, fft2d
from reference.step02_grokking.logits import logit_cosine_fit
from reference.step02_grokking.neurons import neuron_frequencies
from reference.step02_grokking.transformer import Activations, forward, initial_weights

DATA = ["exercises/kit/models/step02"]


@styled
def grokking() -> Figure:
    """Loss and accuracy over epochs, on a logarithmic axis, with the three phases."""
    run = _run()
    tokens, labels = modular_addition_data(run.p)
    right = {epoch: forward(w, tokens).logits.argmax(1) == labels for epoch, w in run.snapshots.items()}
    figure = Figure(figsize=(WIDTH, 5.2), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    epochs = run.curves["epoch"].clamp(min=10)
    for name, rows, colour, line in (("train", run.train, BLUE, "-"), ("test", run.test, RED, "--")):
        above.loglog(epochs, run.curves[f"{name}_loss"], line, color=colour, label=f"{name} loss")
        shares = [found[rows].double().mean().item() for found in right.values()]
        below.semilogx(list(right), shares, "o" + line, color=colour, ms=4, label=f"{name} accuracy")
    above.axhline(math.log(run.p), color=GREY, linestyle=":", label="guessing: ln 113")
    above.set(ylabel="loss (nats)", xlim=(20, 25000))
    below.set(ylabel="right answers, on snapshots", xlabel="epoch (logarithmic)", ylim=(-0.03, 1.03))
    below.legend(loc="center left")
    for axes in (above, below):
        plots.shade_phases(axes, ends_of_the_phases())
    handles, labels = above.get_legend_handles_labels()
    above.legend(handles[:3], labels[:3], loc="lower left")
    figure.legend(handles[3:], labels[3:], loc="outside upper center", ncols=3)
    return figure


@styled
def spectrum() -> Figure:
    """How strong each wave is in the embedding, beside a random one."""
    waves, random = (embedding_spectrum(w["W_E"]) for w in (_run().weights, initial_weights(_run().p, 0)))
    figure = plots.spectrum(waves, _key(), random)
    figure.set_size_inches(WIDTH, 3.1)
    return figure


@styled
def circles() -> Figure:
    """The numbers as the embedding places them, in the plane of each key frequency's cosine and sine."""
    W_E = _run().weights["W_E"][:-1]
    waves, p = fft1d(W_E), _run().p
    figure = Figure(figsize=(WIDTH, 3.0), layout="constrained")
    for axes, k in zip(figure.subplots(1, 3), _key().tolist(), strict=True):
        plane, _ = torch.linalg.qr(waves[2 * k - 1 : 2 * k + 1].T)
        x, y = (W_E @ plane).T
        axes.scatter(x, y, c=[k * a % p for a in range(p)], cmap="twilight", s=14)
        step = pow(k, -1, p)  # the number whose hand is one place further on this clock
        radius = float((x**2 + y**2).sqrt().max())
        for number in (a * 14 * step % p for a in range(8)):
            angle = math.atan2(y[number], x[number])
            place = 1.17 * radius * math.cos(angle), 1.17 * radius * math.sin(angle)
            axes.annotate(str(number), place, ha="center", va="center", fontsize=9.5)
        reach = 1.3 * radius
        axes.set(title=f"frequency {k}", aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach))
        axes.axis("off")
    return figure


@styled
def neurons() -> Figure:
    """One neuron of each key frequency: its activation on all pairs, and the energy of each pair of waves."""
    neurons, p = _activations().neurons, _run().p
    best = neuron_frequencies(neurons)
    figure = Figure(figsize=(WIDTH, 5.3), layout="constrained")
    for (above, below), k in zip(figure.subplots(2, 3).T, _key().tolist(), strict=True):
        one = int(((best.frequency == k) * best.fraction).argmax())
        above.imshow(neurons[:, one].reshape(p, p), cmap="Blues", origin="lower", interpolation="nearest")
        above.set(title=f"neuron {one}", xlabel="b", ylabel="a", xticks=[0, p - 1], yticks=[0, p - 1])
        energy = fft2d(neurons[:, one]).square()
        energy[0, 0] = 0
        waves = torch.tensor([(i + 1) // 2 for i in range(p)])
        by_pair = torch.zeros(p // 2 + 1, p // 2 + 1).index_put((waves[:, None], waves[None]), energy, accumulate=True)
        of_a, of_b = by_pair.nonzero().T
        below.scatter(of_b, of_a, s=150 * by_pair[of_a, of_b] / by_pair.max(), color=BLUE, linewidths=0, marker="s")
        ticks = [0, k, *([2 * k] if 2 * k <= p // 2 else [])]
        below.set(xlabel="frequency in b", ylabel="frequency in a", xticks=ticks, yticks=ticks, aspect="equal")
        below.set(xlim=(-4, p // 2), ylim=(-4, p // 2))
    return figure


@styled
def logits() -> Figure:
    """The logits against a + b − c, and the sum of cosines that is fitted to them."""
    alpha, fraction = logit_cosine_fit(_activations().logits, _key())
    figure = plots.logits_and_fit(_activations().logits, alpha, _key(), fraction)
    figure.set_size_inches(WIDTH, 3.4)
    figure.axes[0].set_ylim(-105, 85)
    figure.axes[0].legend(loc="lower center", ncols=3)
    return figure


@styled
def progress() -> Figure:
    """Excluded and restricted loss, sparsity and weights along training."""
    run = _run()
    figure = plots.progress_measures(run.curves, run.measures, {}, ends_of_the_phases(), until=12000)
    figure.set_size_inches(WIDTH, 5.4)
    for axes in figure.axes:
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xticks([0, 4000, 8000, 12000])
    return figure


@styled
def clock() -> Figure:
    """The hands of 40, of 25 and of their sum on the dials of the key frequencies."""
    figure = plots.clock(_run().p, 40, 25, _key().tolist())
    figure.set_size_inches(WIDTH, 3.4)
    return figure


@styled
def clocks_by_hand() -> Figure:
    """The logits of hand-made weights for one question, with one clock, two and three."""
    p, a, b = _run().p, 40, 25
    figure = Figure(figsize=(WIDTH, 3.9), layout="constrained")
    for count, axes in enumerate(figure.subplots(3, 1, sharex=True), start=1):
        weights = clock_model(p, _key()[:count])
        logits = forward(weights, torch.tensor([[a, b, p]])).logits[0]
        axes.bar(range(p), logits - logits.mean(), color=BLUE, width=0.8)
        axes.bar([a + b], (logits - logits.mean())[a + b], color=ORANGE, width=1.6)
        second = logits[torch.arange(p) != a + b].max()
        lead = float((logits[a + b] - second) / (logits[a + b] - logits.mean()))
        clocks = f"{count} clock{'s' * (count > 1)}"
        axes.set_title(f"{clocks}: the answer leads by {lead:.1%} of its height", loc="left", color=INK)
        axes.set(yticks=[], xlim=(-1, p))
    axes.set(xlabel=f"answer c to {a} + {b}", xticks=[0, 20, 40, 65, 80, 100, 112])
    return figure


@functools.cache
def _run() -> ShippedRun:
    return load_run()


@functools.cache
def _activations() -> Activations:
    return forward(_run().weights, modular_addition_data(_run().p)[0])


@functools.cache
def _key() -> torch.Tensor:
    return torch.tensor(key_frequencies_of_the_neurons())
