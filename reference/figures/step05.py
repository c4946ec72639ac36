"""The figures of step 05, from the models that the course ships and the source of Python's library."""

import functools

import torch
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor

from exercises.kit.step05 import plots
from exercises.kit.step05.autoencoders import collect_neurons, load_autoencoder, load_toy, toy_activations
from exercises.kit.step05.described_features import DescribedFeature, described_features
from exercises.kit.step05.feature_pages import FeatureView, feature_page, visible
from exercises.kit.step05.labels import LabelledRows, labelled_rows, places
from exercises.kit.step05.model import load_code_model
from exercises.kit.step05.python_source import (
    SourceFile,
    load_tokenizer,
    source_files,
    token_rows,
    token_strings,
)
from reference.checkpoints.step05 import held_out_loss, loss_of_counting, loss_without_the_mlp
from reference.figures.browser import screenshot
from reference.figures.quoted import TEXT
from reference.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, PINK, SKY, WIDTH, rows, sized, styled
from reference.step05_sparse_autoencoders.autoencoder import SparseAutoencoder, initial_weights
from reference.step05_sparse_autoencoders.baselines import (
    neuron_basis,
    principal_components,
    random_basis,
    sparse_reconstruction,
)
from reference.step05_sparse_autoencoders.effects import ablate_feature, loss_recovered, steer
from reference.step05_sparse_autoencoders.features import logit_effect, top_activating_examples
from reference.step05_sparse_autoencoders.health import l0, log_frequency_histogram
from reference.step05_sparse_autoencoders.recovery import match_features
from reference.step05_sparse_autoencoders.topk import TopKSparseAutoencoder
from reference.step05_sparse_autoencoders.training import scale_activations, train_sae

DATA = ["exercises/kit/models/step05", "exercises/kit/step05/feature_page.html"]
EVERY = 6  # of the held-out rows, one in so many is measured on
FEWER = 4  # and of these one in so many where the loss is measured again and again
SNIPPET = "def area(r):\n    return 3 * r\n\n\nx ="


@styled
def autoencoder() -> Figure:
    """One token's neurons, the latents that are active for it, and the neurons put together again from these."""
    shipped = _sae()
    tokens = torch.tensor([[0, *load_tokenizer().encode("try:\n    import this\nexcept").ids]])
    x = load_autoencoder().scale * collect_neurons(load_code_model(), tokens)[0, -1:][None]
    with torch.no_grad():
        x_hat, h = shipped(x)
    figure = Figure(figsize=(WIDTH, 3.9), layout="constrained")
    panels = {
        f"x: {len(x[0, 0])} neurons at “except”, {int((x > 0).sum())} of them active": (x, GREY),
        f"h: {h.shape[-1]:,} latents, {int((h > 0).sum())} of them active": (h, ORANGE),
        "x̂: the sum of these latents' directions": (x_hat, BLUE),
    }
    for axes, (title, (values, colour)) in zip(figure.subplots(3, 1), panels.items(), strict=True):
        there = values.flatten().nonzero()[:, 0]
        axes.vlines(there, 0, values.flatten()[there], color=colour, lw=2 if colour == ORANGE else 0.8)
        axes.axhline(0, color=GREY, lw=0.6)
        axes.set_title(title, loc="left")
        axes.set(yticks=[], xlim=(-2, values.numel() + 1))
    return figure


@styled
def toy_recovery() -> Figure:
    """Cosines of the true features with the latents, before training and after."""
    toy = load_toy()
    x, _ = scale_activations(toy_activations(toy, 20_000, seed=0))
    start = initial_weights(1, x.shape[1], 48, seed=0, mean=x.mean(0))
    before = start[2][0].clone()
    sae = SparseAutoencoder(*start)
    train_sae(sae, x[:, None], torch.tensor([0.3]), steps=1500, batch_size=256, learning_rate=5e-3)
    after = sae.W_dec[0].detach()
    figure = plots.cosines({"at the start": _sorted_cosines(before), "after training": _sorted_cosines(after)})
    return sized(figure, WIDTH, 3.3)


@styled
def losses() -> Figure:
    """What the language model has learned, in nats a token."""
    unigram, bigram = loss_of_counting()
    bars = {
        "how frequent is the token?": unigram,
        "the model without its MLP": loss_without_the_mlp(),
        "what comes after this one?": bigram,
        "the model": held_out_loss(),
    }
    figure = Figure(figsize=(WIDTH, 2.1), layout="constrained")
    axes = figure.subplots()
    drawn = axes.barh(list(bars), list(bars.values()), color=[PALE, SKY, PALE, BLUE])
    axes.bar_label(drawn, fmt="%.2f", padding=3)
    axes.invert_yaxis()
    axes.set(xlabel="loss on held-out text, nats a token", xlim=(0, 7))
    return figure


@styled
def frontier() -> Figure:
    """L0 against loss recovered: TopK autoencoders, the shipped one, and baselines that keep as many directions."""
    weights, scale = load_code_model(), load_autoencoder().scale
    chosen = token_rows("train")
    chosen = chosen[torch.randperm(len(chosen), generator=torch.Generator().manual_seed(0))[:800]]
    x = scale * collect_neurons(weights, chosen)[:, 1:].flatten(0, 1)
    lines: dict[str, tuple[list[float], list[float]]] = {"TopK autoencoders, 1,024 latents": ([], [])}
    for k in (8, 16, 32, 64):
        sae = TopKSparseAutoencoder(*initial_weights(1, 512, 1024, seed=0, mean=x.mean(0)), k=k)
        train_sae(sae, x[:, None], torch.zeros(1), steps=300, batch_size=256, learning_rate=3e-3)
        _add(lines["TopK autoencoders, 1,024 latents"], *_measured(sae))
    ks = [4, 12, 40, 128]
    for name, basis in {
        "principal components": principal_components(x[:30_000]),
        "neurons": neuron_basis(x),
        "random directions": random_basis(x, seed=0),
    }.items():
        recovered = [_recovered(sparse_reconstruction(_x(FEWER)[:, 0], basis, k)[:, None]) for k in ks]
        lines[name] = [float(k) for k in ks], recovered
    figure = plots.frontier(lines, {"the shipped autoencoder": _measured(_sae())}, "loss recovered")
    axes = figure.axes[0]
    axes.set(ylim=(None, 1), title="Up left is good")
    for line, look in zip(axes.get_lines(), ("-", "--", ":", "-.", ""), strict=True):
        line.set(linestyle=look, linewidth=1.8)
    axes.legend(loc="lower right")
    return sized(figure, WIDTH, 3.9)


@styled
def densities() -> Figure:
    """How often latents are active."""
    edges = torch.linspace(-5, 0, 41)
    figure = plots.densities(
        {"the shipped autoencoder": log_frequency_histogram(_h()[:, 1:].flatten(0, 1), edges)}, edges
    )
    figure.axes[0].set_xlim(-3.5, 0)
    return sized(figure, WIDTH, 2.6)


@styled
def activations() -> Figure:
    """How strong three features are, where their description holds and where it does not."""
    figure = Figure(figsize=(WIDTH, 6.3), layout="constrained")
    for axes, number in zip(figure.subplots(3, 1), (840, 1104, 1485), strict=True):
        one = _described(number)
        h, holds = _h()[..., number], places(one.rule, _held_out(), token_strings())[::EVERY]
        bins = torch.linspace(0, float(h.max()), 41)
        counts = [torch.histogram(h[part & (h > 0)], bins).hist for part in (holds, ~holds)]
        for count, name, colour, hatch in zip(
            counts, ("holds", "does not hold"), (BLUE, ORANGE), ("", "///"), strict=True
        ):
            axes.stairs(count.tolist(), bins.tolist(), fill=True, color=colour, alpha=0.65, hatch=hatch, label=name)
        axes.axvline(one.threshold, color=INK, ls="--", lw=1)
        axes.set(yscale="log", ylabel="tokens", ylim=(0.7, None))
        axes.set_title(f"{number}: {one.description}", loc="left")
        missed = int((holds & (h == 0)).sum())
        axes.text(0.99, 0.93, f"silent where it holds: {missed:,} of {int(holds.sum()):,}", ha="right", va="top",
                  transform=axes.transAxes, fontsize=9.5)  # fmt: skip
    figure.axes[0].legend(title="the description", loc="upper center", ncols=2)
    axes.set_xlabel("activation (dashed: the threshold above which the feature counts as active)")
    return figure


@styled
def dictionary_map() -> Figure:
    """All directions in a plane, alike ones near each other, coloured by where in the code a latent is active."""
    from sklearn.manifold import TSNE

    W_dec = _sae().W_dec[0].detach()
    settings = {"metric": "cosine", "init": "pca", "perplexity": 20, "random_state": 0, "n_jobs": 1}
    at = torch.from_numpy(TSNE(**settings).fit_transform(W_dec.numpy()))
    kinds = {"docstring": GREEN, "comment": PINK, "string": ORANGE, "def": BLUE, "indent": SKY}
    h, labels = _h()[:, 1:].flatten(0, 1), _held_out().labels
    shares = torch.stack([h[labels[kind][::EVERY, 1:].flatten()].sum(0) for kind in kinds]) / h.sum(0).clamp(min=1e-9)
    share, kind = shares.max(0)
    figure = Figure(figsize=(WIDTH, 6.4), layout="constrained")
    axes = figure.subplots()
    axes.scatter(*at[share < 0.5].T, s=9, color=PALE, label="none of these")
    for number, (name, colour) in enumerate(kinds.items()):
        chosen = (share >= 0.5) & (kind == number)
        said = {"def": "a line with def", "indent": "indentation"}.get(name, f"{name}s")
        axes.scatter(*at[chosen].T, s=13, color=colour, label=said)
    for one in described_features():
        x, y = at[one.number].tolist()
        axes.plot(x, y, "o", mfc="none", mec=INK, ms=8)
        beside = (-26, 5) if one.number in (499, 315) else (6, -10) if one.number == 1054 else (6, 5)
        axes.annotate(str(one.number), (x, y), xytext=beside, textcoords="offset points", fontsize=9.5)
    axes.axis("off")
    figure.legend(title="more than half of its activation is in", loc="outside lower center", ncols=4)
    return figure


@styled
def page() -> Image.Image:
    """A feature's page, as the kit writes it, on a module that was written for it."""
    one, strings = _described(1104), token_strings()
    quoted = labelled_rows([SourceFile("shelves.py", TEXT)]).tokens
    with torch.no_grad():
        h = _sae().encode(load_autoencoder().scale * collect_neurons(load_code_model(), quoted).flatten(0, 1)[:, None])
    h = h[:, 0, one.number].view(quoted.shape).clone()
    h[:, 0] = 0
    direction = _sae().W_dec[0, one.number].detach()
    near = [(n, direction[n].item()) for n in direction.abs().topk(3).indices.tolist()]
    examples = torch.stack(top_activating_examples(h, 3)[:2], dim=1).tolist()
    facts = {"precision, held-out": f"{one.precision:.0%}", "recall, held-out": f"{one.recall:.0%}"}
    view = FeatureView(one.number, one.description, h, examples, _effect(one.number), near, facts)
    return screenshot(feature_page(view, quoted, strings), 1000, 1120)


@styled
def acting() -> Image.Image:
    """What is lost without each of some features, and the next token when one is turned up."""
    shown = [_described(number) for number in (840, 1054, 636, 498, 616, 1104, 1485, 499)]
    rises = [_rise(one) for one in shown]
    figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
    axes = figure.subplots()
    axes.barh([f"{one.description}  {one.number}" for one in shown], [rise for rise, _ in rises], color=ORANGE)
    for row, (rise, n) in enumerate(rises):
        axes.text(max(rise, 0) + 0.05, row, f"{rise:+.2f}  (n = {n})", va="center", fontsize=9.5)
    axes.invert_yaxis()
    axes.set(xlabel="taken out: rise of the loss where it is active, nats", xlim=(0, 3.6))
    tokens = torch.tensor([[0, *load_tokenizer().encode(SNIPPET).ids]])
    up = _effect(840).topk(8).indices
    largest = _h()[..., 840].max().item() / load_autoencoder().scale
    direction = _sae().W_dec[0, 840].detach()
    before, after = (
        steer(load_code_model(), tokens, direction, amount)[0, -1].softmax(-1)[up] for amount in (0.0, largest)
    )
    changed = plots.changes(before, after, [visible(token_strings()[i]) for i in up], "840 turned up after “x =”")
    return rows([figure], [sized(changed, WIDTH, 2.9)])


def _rise(one: DescribedFeature) -> tuple[float, int]:
    """Mean rise of the loss where the feature is above its threshold, in up to 60 rows, and the number of places."""
    h = _h()[..., one.number]
    use = (h > one.threshold).any(1).nonzero()[:60, 0]
    tokens, scale = _held_out().tokens[::EVERY][use], load_autoencoder().scale
    rise = ablate_feature(load_code_model(), tokens, h[use] / scale, _sae().W_dec[0, one.number].detach())
    active = h[use][:, :-1] > one.threshold
    return rise[active].mean().item(), int(active.sum())


def _effect(number: int) -> Tensor:
    weights = load_code_model()
    return logit_effect(_sae().W_dec[0, number].detach(), weights["W_out"], weights["W_U"])


def _described(number: int) -> DescribedFeature:
    return next(one for one in described_features() if one.number == number)


def _sorted_cosines(learned: Tensor) -> Tensor:
    """[true, latent], matched latents first."""
    true = load_toy().features
    order = match_features(true, learned).b.tolist()
    rest = [i for i in range(len(learned)) if i not in order]
    unit = torch.nn.functional.normalize(learned[[*order, *rest]], dim=1)
    return torch.nn.functional.normalize(true, dim=1) @ unit.T


def _add(line: tuple[list[float], list[float]], x: float, y: float) -> None:
    line[0].append(x)
    line[1].append(y)


def _measured(sae: SparseAutoencoder | TopKSparseAutoencoder) -> tuple[float, float]:
    """L0 and loss recovered, on a few rows."""
    with torch.no_grad():
        x_hat, h = sae(_x(FEWER))
    return l0(h).item(), _recovered(x_hat)


def _recovered(x_hat: Tensor) -> float:
    neurons = _neurons()[::FEWER].clone()
    neurons[:, 1:] = (x_hat / load_autoencoder().scale).view_as(neurons[:, 1:])
    return loss_recovered(load_code_model(), _held_out().tokens[:: EVERY * FEWER], neurons)


@functools.cache
def _sae() -> SparseAutoencoder:
    return SparseAutoencoder(*load_autoencoder()[:4])


@functools.cache
def _held_out() -> LabelledRows:
    return labelled_rows(source_files("held_out"))


@functools.cache
def _neurons() -> Tensor:
    return collect_neurons(load_code_model(), _held_out().tokens[::EVERY])


def _x(every: int = 1) -> Tensor:
    return load_autoencoder().scale * _neurons()[::every, 1:].reshape(-1, 1, 512)


@functools.cache
def _h() -> Tensor:
    """[row, position, latent] on every sixth held-out row; nothing at BOS."""
    with torch.no_grad():
        parts = [_sae().encode(part)[:, 0] for part in _x().split(8192)]
    h = torch.cat(parts).view(*_neurons()[:, 1:].shape[:2], -1)
    return torch.nn.functional.pad(h, (0, 0, 1, 0))
