"""right: writes Adam and the cosine schedule by hand."""

import torch


def train_toy_models(probability, importance, hidden, *, steps=2000, batch_size=256, learning_rate=0.01, seed=0,
                     relu=True, data="independent"):
    import math
    g = torch.Generator().manual_seed(seed + 1)
    n, f = probability.shape
    W = torch.randn(n, hidden, f, generator=g) * (2 / (hidden + f)) ** 0.5
    parameters = [W.requires_grad_(), torch.zeros(n, f, requires_grad=True)]
    m = [torch.zeros_like(p) for p in parameters]
    v = [torch.zeros_like(p) for p in parameters]
    for t in range(1, steps + 1):
        x = SAMPLERS[data](batch_size, probability, g)
        h = torch.einsum("bif,ihf->bih", x, parameters[0])
        out = torch.einsum("bih,ihf->bif", h, parameters[0]) + parameters[1]
        out = out.relu() if relu else out
        grads = torch.autograd.grad(importance_weighted_loss(x, out, importance), parameters)
        rate = learning_rate * 0.5 * (1 + math.cos(math.pi * t / (steps + 1)))
        with torch.no_grad():
            for p, d, mp, vp in zip(parameters, grads, m, v):
                mp.mul_(0.9).add_(0.1 * d)
                vp.mul_(0.999).add_(0.001 * d * d)
                p -= rate * (mp / (1 - 0.9**t)) / ((vp / (1 - 0.999**t)).sqrt() + 1e-8)
    return ToyModel(parameters[0].detach(), parameters[1].detach(), relu)
