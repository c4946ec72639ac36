"""right: uses torch.optim.SGD with weight_decay on W only."""

import torch


def train_with_weight_decay(x, labels, weight_decay, *, epochs=10, batch_size=50, learning_rate=0.1, seed=0):
    W, bias = torch.zeros(10, 784, requires_grad=True), torch.zeros(10, requires_grad=True)
    groups = [{"params": [W], "weight_decay": weight_decay}, {"params": [bias], "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, lr=learning_rate)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for batch in torch.randperm(len(x), generator=generator).split(batch_size):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(x[batch] @ W.T + bias, labels[batch]).backward()
            optimizer.step()
    return W.detach(), bias.detach()
