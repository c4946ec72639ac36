"""wrong: ignores the decay. Fails: 00.train_with_weight_decay."""

import torch


def train_with_weight_decay(x, labels, weight_decay, *, epochs=10, batch_size=50, learning_rate=0.1, seed=0):
    generator = torch.Generator().manual_seed(seed)
    W, bias = torch.zeros(10, 784), torch.zeros(10)
    for _ in range(epochs):
        for batch in torch.randperm(len(x), generator=generator).split(batch_size):
            error = (x[batch] @ W.T + bias).softmax(1) - torch.nn.functional.one_hot(labels[batch], 10)
            W = W - learning_rate * error.T @ x[batch] / len(batch)
            bias = bias - learning_rate * error.mean(0)
    return W, bias
