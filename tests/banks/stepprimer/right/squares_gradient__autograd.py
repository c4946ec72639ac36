"""right: asks autograd in float64."""

import torch


def squares_gradient(w, x, y):
    w = w.double().clone().requires_grad_()
    loss = torch.nn.functional.mse_loss(x.double() @ w, y.double())
    return torch.autograd.grad(loss, w)[0].float()
