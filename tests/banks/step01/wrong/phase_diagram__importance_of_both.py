"""wrong: gives both features the importance. Fails: 01.phase_diagram."""

import torch


def phase_diagram(probability, importance, *, restarts=4, steps=1000, seed=0):
    p, r = probability.repeat(len(importance)), importance.repeat_interleave(len(probability))
    theory = phase_losses(p, r).argmin(1).view(len(importance), -1)
    weights = torch.stack([r, r], 1).repeat(restarts, 1)
    p = p.repeat(restarts)[:, None].expand(-1, 2)
    model = train_toy_models(p, weights, 1, steps=steps, seed=seed)
    return theory, classify_phases(model.W.detach())[: len(r)].view(len(importance), -1)
