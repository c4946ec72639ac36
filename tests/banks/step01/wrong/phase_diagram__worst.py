"""wrong: keeps the restart of greatest loss. Fails: 01.phase_diagram."""

import torch


def phase_diagram(probability, importance, *, restarts=4, steps=1000, seed=0):
    p, r = probability.repeat(len(importance)), importance.repeat_interleave(len(probability))
    theory = phase_losses(p, r).argmin(1)
    weights = torch.stack([torch.ones_like(r), r], 1).repeat(restarts, 1)
    p = p.repeat(restarts)[:, None].expand(-1, 2)
    model = train_toy_models(p, weights, 1, steps=steps, seed=seed)
    x = sample_features(5000, p)
    loss = (weights * (x - model(x)) ** 2).mean((0, 2)).detach().view(restarts, -1)
    trained = classify_phases(model.W.detach()).view(restarts, -1).gather(0, loss.argmax(0, keepdim=True))[0]
    return theory.view(len(importance), -1), trained.view(len(importance), -1)
