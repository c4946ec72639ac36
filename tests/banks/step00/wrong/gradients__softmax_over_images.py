"""wrong: takes the softmax over images. Fails: 00.gradients."""

import torch


def gradients(x, labels, W, bias):
    error = (x @ W.T + bias).softmax(0) - torch.nn.functional.one_hot(labels, 10)
    return error.T @ x / len(x), error.mean(0)
