"""wrong: puts probabilities into rows. Fails: 01.phase_diagram."""

import torch


def phase_diagram(probability, importance, *, restarts=4, steps=1000, seed=0):
    p = probability.repeat_interleave(len(importance))
    r = importance.repeat(len(probability))
    theory = phase_losses(p, r).argmin(1).view(len(probability), -1)
    weights = torch.stack([torch.ones_like(r), r], 1)
    model = train_toy_models(p[:, None].expand(-1, 2), weights, 1, steps=steps, seed=seed)
    return theory, classify_phases(model.W.detach()).view(len(probability), -1)
