"""right: asks autograd in float64."""

import torch


def gradients(x, labels, W, bias):
    W, bias = W.double().requires_grad_(), bias.double().requires_grad_()
    torch.nn.functional.cross_entropy(x.double() @ W.T + bias, labels).backward()
    return W.grad.float(), bias.grad.float()
