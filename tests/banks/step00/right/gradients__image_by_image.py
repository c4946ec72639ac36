"""right: adds the outer products image by image."""

import torch


def gradients(x, labels, W, bias):
    dW, dbias = torch.zeros(10, 784), torch.zeros(10)
    for image, label in zip(x, labels):
        error = torch.softmax(W @ image + bias, dim=0)
        error[label] = error[label] - 1
        dW += torch.outer(error, image)
        dbias += error
    return dW / len(x), dbias / len(x)
