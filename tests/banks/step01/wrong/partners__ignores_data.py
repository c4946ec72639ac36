"""wrong: always draws independent features. Fails: 01.partners."""

import torch


def train_toy_models(probability, importance, hidden, *, steps=2000, batch_size=256, learning_rate=0.01, seed=0,
                     relu=True, data="independent"):
    generator = torch.Generator().manual_seed(seed)
    instances, features = probability.shape
    W = torch.randn(instances, hidden, features, generator=generator) * (2 / (hidden + features)) ** 0.5
    model = ToyModel(W, torch.zeros(instances, features), relu)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for _ in range(steps):
        x = SAMPLERS["independent"](batch_size, probability, generator)
        optimizer.zero_grad()
        importance_weighted_loss(x, model(x), importance).backward()
        optimizer.step()
    return model
