"""Pictures for the reports of step 05, drawn from what the learner's functions return."""

from typing import Any

import torch
from matplotlib.figure import Figure

from exercises.kit.step05 import plots
from exercises.kit.step05.autoencoders import collect_neurons, load_autoencoder, load_toy, toy_activations
from exercises.kit.step05.feature_pages import visible
from exercises.kit.step05.model import load_code_model
from exercises.kit.step05.python_source import load_tokenizer, token_strings
from reference.step05_sparse_autoencoders.autoencoder import initial_weights
from reference.step05_sparse_autoencoders.recovery import match_features
from reference.step05_sparse_autoencoders.training import scale_activations

LATENTS, STEPS = 48, 400
FEATURE = 1104  # of the shipped autoencoder: active where a function's body begins


def recovery(learner: Any, reference: Any) -> Figure:
    """Cosines of what the learner's training finds in the toy model with the true features: before and after."""
    true = load_toy().features
    x, _ = scale_activations(toy_activations(load_toy(), 8000, seed=0))
    start = initial_weights(1, x.shape[1], LATENTS, seed=0, mean=x.mean(0))
    before = _cosines(true, start[2][0])
    sae = learner.autoencoder.SparseAutoencoder(*start)
    settings = {"steps": STEPS, "batch_size": 256, "learning_rate": 5e-3, "seed": 0}
    trained = learner.training.train_sae(sae, x[:, None], torch.tensor([0.3]), **settings).W_dec
    return plots.cosines({"at the start": before, "after training": _cosines(true, trained[0])})


def frontier(learner: Any, reference: Any) -> Figure:
    """The learner's frontier on the toy model beside the course's."""
    x, _ = scale_activations(toy_activations(load_toy(), 8000, seed=0))
    l1 = torch.tensor([0.03, 0.1, 0.3, 0.6])
    lines = {}
    for name, side in (("the course's", reference), ("yours", learner)):
        l0, fvu = side.health.sparsity_fidelity_frontier(
            x[:6000], x[6000:], l1, LATENTS, steps=STEPS, batch_size=128, learning_rate=5e-3
        )
        lines[name] = (l0, fvu)
    return plots.frontier(lines)


def says(learner: Any, reference: Any) -> Figure:
    """What a feature of the shipped autoencoder says, by the learner's logit effect."""
    weights, strings = load_code_model(), token_strings()
    direction = load_autoencoder().W_dec[0, FEATURE]
    effect = learner.features.logit_effect(direction, weights["W_out"], weights["W_U"])
    order = torch.as_tensor(effect).argsort(descending=True)[[*range(8), *range(-8, 0)]]
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    colours = ["tab:blue" if effect[i] > 0 else "tab:red" for i in order]
    axes.barh(range(len(order)), effect[order].tolist(), color=colours)
    axes.set_yticks(range(len(order)), [visible(strings[i]) for i in order.tolist()], family="monospace")
    axes.invert_yaxis()
    title = f"feature {FEATURE}, where a function's body begins: what comes next"
    axes.set(title=title, xlabel="added to the logit, per unit")
    return figure


def both_directions(learner: Any, reference: Any) -> Figure:
    """Recovery of the toy's features by four dictionaries, in both directions."""
    true = load_toy().features
    noise = torch.randn(1000, true.shape[1], generator=torch.Generator().manual_seed(0))
    blurred = true / true.norm(dim=1, keepdim=True) + 0.15 * noise[: len(true)]
    dictionaries = {"one right": true[:1], "half": true[:16], "all, blurred": blurred, "1,000 random": noise}
    figure = Figure(figsize=(8, 2.8), layout="constrained")
    all_axes = figure.subplots(1, 2, sharey=True)
    for place, (name, side) in enumerate((("yours", learner), ("the course's", reference))):
        found = [side.recovery.feature_recovery(learned, true) for learned in dictionaries.values()]
        for axes, which, title in zip(all_axes, (0, 1), ("learned → true", "true → learned"), strict=True):
            at = torch.arange(len(found)) + 0.4 * place - 0.2
            axes.bar(at, [float(one[which]) for one in found], width=0.38, label=name)
            axes.set_title(title)
            axes.set_xticks(range(len(found)), list(dictionaries), fontsize=8)
    all_axes[0].legend(loc="lower right")
    return figure


def recovered(learner: Any, reference: Any) -> Figure:
    """Loss recovered when the neurons are scaled down, from nothing to all of them."""
    weights, tokens = load_code_model(), _some_code()
    neurons = collect_neurons(weights, tokens)
    shares = [0.0, 0.25, 0.5, 0.75, 1.0]
    figure = Figure(figsize=(6, 3), layout="constrained")
    axes = figure.subplots()
    for name, side, look in (("yours", learner, "o-"), ("the course's", reference, "x--")):
        axes.plot(
            shares, [float(side.effects.loss_recovered(weights, tokens, s * neurons)) for s in shares], look, label=name
        )
    axes.set(xlabel="share of the neurons' activations that is put in", ylabel="loss recovered")
    axes.legend()
    return figure


def taken_out(learner: Any, reference: Any) -> Figure:
    """How the loss on each token rises when the feature at the beginning of bodies is taken out."""
    weights, tokens, shipped = load_code_model(), _some_code(), load_autoencoder()
    direction = shipped.W_dec[0, FEATURE]
    x = shipped.scale * collect_neurons(weights, tokens)
    h = ((x - shipped.b_dec[0]) @ shipped.W_enc[0, :, FEATURE] + shipped.b_enc[0, FEATURE]).relu()
    figure = Figure(figsize=(9, 2.8), layout="constrained")
    axes = figure.subplots()
    for place, (name, side) in enumerate((("yours", learner), ("the course's", reference))):
        rise = side.effects.ablate_feature(weights, tokens, h / shipped.scale, direction)[0]
        axes.bar(torch.arange(len(rise)) + 0.4 * place - 0.2, rise, width=0.38, label=name)
    names = [visible(token_strings()[i]) for i in tokens[0, 1:].tolist()]
    axes.set_xticks(range(len(names)), names, rotation=90, family="monospace", fontsize=8)
    axes.set(ylabel="rise of the loss (nats)", title=f"Without feature {FEATURE}")
    axes.legend()
    return figure


def spectrum(learner: Any, reference: Any) -> Figure:
    """Singular values of the embeddings of positions, learned and shuffled: learned, a few directions say nearly all;
    the same entries in another order have the flat spectrum of noise."""
    weights = load_code_model()
    figure = Figure(figsize=(6, 3.4), layout="constrained")
    axes = figure.subplots()
    axes.semilogy(torch.linalg.svdvals(weights["W_pos"]), color="black", label="the model's")
    for name, side, look in (("yours", learner, "o"), ("the course's", reference, "x")):
        shuffled = side.bonus.shuffled_weights(weights, 0)["W_pos"]
        axes.semilogy(torch.linalg.svdvals(shuffled), look, markersize=4, label=f"shuffled, {name}")
    axes.set(title="Embeddings of positions", xlabel="rank", ylabel="singular value")
    axes.legend()
    return figure


def _some_code() -> torch.Tensor:
    text = "def area(r):\n    return 3 * r\n\n\nclass Shape:\n    def name(self):\n        return self.kind\n"
    return torch.tensor([[0, *load_tokenizer().encode(text).ids]])


def _cosines(true: torch.Tensor, learned: torch.Tensor) -> torch.Tensor:
    """[true, latent], matched latents first, in the order of the true features."""
    order = match_features(true, learned).b
    rest = [i for i in range(len(learned)) if i not in set(order.tolist())]
    sorted_rows = torch.cat([learned[order], learned[rest]])
    return torch.nn.functional.normalize(true, dim=1) @ torch.nn.functional.normalize(sorted_rows, dim=1).T
