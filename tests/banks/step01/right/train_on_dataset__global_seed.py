"""right: seeds the global generator and keeps the rate constant."""

import torch


def train_on_dataset(x, hidden, *, steps=1500, learning_rate=0.01, weight_decay=0.01, seed=0):
    torch.manual_seed(seed)
    instances, features = x.shape[1:]
    model = ToyModel(torch.randn(instances, hidden, features) * (2 / (hidden + features)) ** 0.5, torch.zeros(instances, features))
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    for _ in range(steps):
        loss = importance_weighted_loss(x, model(x), torch.ones(instances, features))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
