"""right: uniform start, AdamW with a constant rate, gradients by autograd.grad."""

import torch


def train_toy_models(probability, importance, hidden, *, steps=2000, batch_size=256, learning_rate=0.01, seed=0,
                     relu=True, data="independent"):
    torch.manual_seed(seed)
    instances, features = probability.shape
    model = ToyModel((torch.rand(instances, hidden, features) * 2 - 1) / hidden**0.5, torch.zeros(instances, features), relu)
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate)
    for _ in range(steps):
        x = SAMPLERS[data](batch_size, probability)
        model.W.grad, model.b.grad = torch.autograd.grad(
            importance_weighted_loss(x, model.forward(x), importance), [model.W, model.b]
        )
        optimizer.step()
    return model
