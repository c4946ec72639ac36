"""right: lays the grid out with meshgrid and keeps a running best over restarts."""

import torch


def phase_diagram(probability, importance, *, restarts=4, steps=1000, seed=0):
    r, p = torch.meshgrid(importance, probability, indexing="ij")
    theory = phase_losses(p.flatten(), r.flatten()).min(1).indices.reshape(r.shape)
    both, weights = torch.stack([p, p], -1).flatten(0, 1), torch.stack([torch.ones_like(r), r], -1).flatten(0, 1)
    many_p, many_w = both.repeat_interleave(restarts, 0), weights.repeat_interleave(restarts, 0)
    model = train_toy_models(many_p, many_w, 1, steps=steps, seed=seed)
    x = sample_features(6000, many_p)
    x_hat = (torch.einsum("bif,if->bi", x, model.W[:, 0])[..., None] * model.W[:, 0] + model.b).relu()
    error = (many_w * (x - x_hat).square()).sum(2).mean(0).detach().view(-1, restarts)
    phases = classify_phases(model.W.detach()).view(-1, restarts)
    trained = torch.stack([row[e.argmin()] for row, e in zip(phases, error)])
    return theory, trained.reshape(r.shape)
