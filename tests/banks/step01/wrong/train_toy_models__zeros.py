"""wrong: starts from zeros, where the gradient of W vanishes. Fails: 01.train_toy_models."""

import torch


def train_toy_models(probability, importance, hidden, *, steps=2000, batch_size=256, learning_rate=0.01, seed=0,
                     relu=True, data="independent"):
    generator = torch.Generator().manual_seed(seed)
    instances, features = probability.shape
    W = torch.zeros(instances, hidden, features)
    model = ToyModel(W, torch.zeros(instances, features), relu)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for _ in range(steps):
        x = SAMPLERS[data](batch_size, probability, generator)
        optimizer.zero_grad()
        importance_weighted_loss(x, model(x), importance).backward()
        optimizer.step()
    return model
