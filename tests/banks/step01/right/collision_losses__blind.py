"""right: as somebody wrote it from the stub alone."""

import torch


@torch.no_grad()
def collision_losses(model, x, importance):
    def loss(batch):
        error = (batch - model(batch)) ** 2
        return (error * importance).mean(dim=(0, 2))

    together = loss(x)
    nothing = loss(torch.zeros_like(x))
    apart = nothing.clone()
    for f in range(x.shape[2]):
        only = torch.zeros_like(x)
        only[:, :, f] = x[:, :, f]
        apart = apart + (loss(only) - nothing)
    return Collisions(apart, together, together > 2 * apart)
