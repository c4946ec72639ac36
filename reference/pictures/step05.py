"""Pictures for the reports of step 05, drawn from what the learner's functions return."""

from typing import Any

import torch
from matplotlib.figure import Figure

from exercises.kit.step05 import plots
from exercises.kit.step05.autoencoders import load_autoencoder, load_toy, toy_activations
from exercises.kit.step05.feature_pages import visible
from exercises.kit.step05.model import load_code_model
from exercises.kit.step05.python_source import token_strings
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


def _cosines(true: torch.Tensor, learned: torch.Tensor) -> torch.Tensor:
    """[true, latent], matched latents first, in the order of the true features."""
    order = match_features(true, learned).b
    rest = [i for i in range(len(learned)) if i not in set(order.tolist())]
    sorted_rows = torch.cat([learned[order], learned[rest]])
    return torch.nn.functional.normalize(true, dim=1) @ torch.nn.functional.normalize(sorted_rows, dim=1).T
