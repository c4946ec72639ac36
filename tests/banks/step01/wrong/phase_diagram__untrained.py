"""wrong: classifies the theory a second time from models that were hardly trained. Fails: 01.phase_diagram."""

import torch


def phase_diagram(probability, importance, *, restarts=4, steps=1000, seed=0):
    p, r = probability.repeat(len(importance)), importance.repeat_interleave(len(probability))
    theory = phase_losses(p, r).argmin(1).view(len(importance), -1)
    model = train_toy_models(p[:, None].expand(-1, 2), torch.ones(len(p), 2), 1, steps=1, seed=seed)
    return theory, classify_phases(model.W.detach()).view(len(importance), -1)
