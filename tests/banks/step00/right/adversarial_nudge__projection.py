"""right: projects onto the half-space by a pseudo-inverse."""

import torch


def adversarial_nudge(x, W, bias, target, margin=0.1):
    z = W.double() @ x.double() + bias.double()
    best = int(torch.argmax(z))
    if best == target:
        return x
    d = (W[target] - W[best]).double()
    return (x.double() + torch.linalg.pinv(d[None])[:, 0] * (z[best] - z[target] + margin)).float()
