"""wrong: chooses the best restart by plain squared errors, without importance. Fails: 01.phase_diagram."""

import torch


def phase_diagram(probability, importance, *, restarts=4, steps=1000, seed=0):
    rows, columns = len(importance), len(probability)
    p, r = probability.repeat(rows), importance.repeat_interleave(columns)
    theory = phase_losses(p, r).argmin(1)
    p_both = p.repeat(restarts)[:, None].expand(-1, 2)
    weights = torch.stack([torch.ones_like(r), r], 1).repeat(restarts, 1)
    model = train_toy_models(p_both, weights, 1, steps=steps, seed=seed)
    x = sample_features(5000, p_both)
    loss = ((x - model(x)) ** 2).mean((0, 2)).detach().view(restarts, -1)
    phases = classify_phases(model.W.detach()).view(restarts, -1)
    return theory.view(rows, columns), phases.gather(0, loss.argmin(0, keepdim=True))[0].view(rows, columns)
