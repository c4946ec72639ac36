"""wrong: leaves the bias out of the prediction. Fails: 00.gradients."""

import torch


def gradients(x, labels, W, bias):
    error = (x @ W.T).softmax(1) - torch.nn.functional.one_hot(labels, 10)
    return error.T @ x / len(x), error.mean(0)
