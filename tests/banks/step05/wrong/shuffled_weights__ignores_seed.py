"""wrong: ignores the seed. Fails: 05.shuffled_weights."""

def shuffled_weights(weights, seed):
    generator = torch.Generator().manual_seed(0)
    return {
        name: weight.flatten()[torch.randperm(weight.numel(), generator=generator)].view(weight.shape)
        for name, weight in weights.items()
    }
