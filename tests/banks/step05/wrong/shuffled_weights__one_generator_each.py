"""wrong: starts the generator anew for each tensor. Fails: 05.shuffled_weights."""

def shuffled_weights(weights, seed):
    return {
        name: weight.flatten()[torch.randperm(weight.numel(), generator=torch.Generator().manual_seed(seed))].view(
            weight.shape
        )
        for name, weight in weights.items()
    }
