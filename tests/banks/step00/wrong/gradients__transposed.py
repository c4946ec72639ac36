"""wrong: returns dW transposed. Fails: 00.gradients."""

import torch


def gradients(x, labels, W, bias):
    p = (x @ W.T + bias).softmax(1)
    error = p - torch.nn.functional.one_hot(labels, 10)
    return x.T @ error / len(x), error.mean(0)
