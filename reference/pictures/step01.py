"""Pictures of step 01: what a learner's functions return, drawn beside what the solutions return."""

from typing import Any

import torch
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from exercises.kit.step01.plots import plot_arrows, plot_phases
from exercises.kit.step01.shapes import SHAPES, regular_polygon

DENSITIES = (1.0, 0.3, 0.1, 0.05, 0.03)


def feature_arrows(learner: Any, reference: Any) -> Figure:
    """Five features in two dimensions as the learner's training leaves them, from dense to sparse."""
    p = torch.tensor(DENSITIES)[:, None].expand(-1, 5)
    importance = (0.9 ** torch.arange(5.0)).expand(len(DENSITIES), -1)
    model = learner.toy_model.train_toy_models(p, importance, 2, steps=600, batch_size=128, learning_rate=0.05, seed=0)
    return _closed(plot_arrows(model.W, [f"1 − S = {density:g}" for density in DENSITIES]))


def polygons(learner: Any, reference: Any) -> Figure:
    """A pentagon, a square and five corners of a hexagon, with the gaps that the learner and the course find."""
    square = torch.cat([regular_polygon(4), torch.zeros(2, 1)], 1)
    panels = {"pentagon": 1.1 * regular_polygon(5), "square": square, "hexagon": regular_polygon(6)[:, :5]}
    titles = []
    for name, W in panels.items():
        verdicts = [side.geometry.pentagon_test(W) for side in (learner, reference)]
        said = [f"{'a' if found[2] else 'no'} pentagon" for found in verdicts]
        gaps = [" ".join(f"{gap:.0f}" for gap in torch.as_tensor(found[0]).tolist()) for found in verdicts]
        titles.append(f"{name}\nyours: {said[0]}\n{gaps[0]}\nthe course's: {said[1]}\n{gaps[1]}")
    figure = plot_arrows(list(panels.values()), titles)
    figure.set_size_inches(7.5, 3.2)
    return _closed(figure)


def dimensionality(learner: Any, reference: Any) -> Figure:
    """The learner's D of one feature of each ideal shape (bars) and the exact fraction (lines)."""
    figure, panel = plt.subplots(figsize=(7, 2.4), layout="constrained")
    for place, (W, fraction) in enumerate(SHAPES.values()):
        D = learner.geometry.feature_dimensionality(W[None])[0]
        panel.bar(place + 0.8 * ((torch.arange(len(D)) + 0.5) / len(D) - 0.5), D, width=0.7 / len(D), color="#8fb8de")
        panel.hlines(fraction, place - 0.42, place + 0.42, color="#b03a2e")
    panel.set_xticks(range(len(SHAPES)), list(SHAPES), fontsize=7)
    panel.set(ylabel="D of each feature", ylim=(0, 1.1))
    return _closed(figure)


def phase_diagram(learner: Any, reference: Any) -> Figure:
    """The learner's phases by closed form beside the solutions'."""
    p, r = torch.logspace(0, -2, 16), torch.logspace(-1, 1, 16)
    settings = {"restarts": 1, "steps": 1}
    diagrams = [side.phases.phase_diagram(p, r, **settings)[0] for side in (learner, reference)]
    return _closed(plot_phases(diagrams, ["yours, by closed form", "the solution's"], p, r))


def _closed(figure: Figure) -> Figure:
    """The figure, no longer kept by pyplot: a class of submissions would pile up hundreds."""
    plt.close(figure)
    return figure
