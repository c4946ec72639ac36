"""wrong: gives the gradient of the summed loss. Fails: 00.gradients."""

import torch


def gradients(x, labels, W, bias):
    p = (x @ W.T + bias).softmax(1)
    error = p - torch.nn.functional.one_hot(labels, 10)
    return error.T @ x, error.sum(0)
