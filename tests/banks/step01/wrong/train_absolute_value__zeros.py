"""wrong: starts from zeros, where the neurons are dead. Fails: 01.train_absolute_value."""

import torch


def train_absolute_value(probability, importance, hidden, *, steps=2000, batch_size=256, learning_rate=0.01, seed=0):
    generator = torch.Generator().manual_seed(seed)
    instances, features = probability.shape
    model = AbsoluteValueModel(
        torch.zeros(instances, hidden, features),
        torch.randn(instances, features, hidden, generator=generator) * 0.1,
        torch.zeros(instances, features),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for step in range(steps):
        target = sample_features(batch_size, probability, generator)
        x = target * (torch.randint(0, 2, target.shape, generator=generator) * 2 - 1)
        loss = importance_weighted_loss(target, model(x), importance)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
