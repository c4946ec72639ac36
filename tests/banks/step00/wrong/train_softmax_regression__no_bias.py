"""wrong: never trains the bias. Fails: 00.train_softmax_regression."""

import torch


def train_softmax_regression(x, labels, *, epochs=10, batch_size=50, learning_rate=0.1, seed=0):
    generator = torch.Generator().manual_seed(seed)
    W, bias = torch.zeros(10, 784), torch.zeros(10)
    for _ in range(epochs):
        for batch in torch.randperm(len(x), generator=generator).split(batch_size):
            error = (x[batch] @ W.T + bias).softmax(1) - torch.nn.functional.one_hot(labels[batch], 10)
            W = W - learning_rate * error.T @ x[batch] / len(batch)
    return W, bias
