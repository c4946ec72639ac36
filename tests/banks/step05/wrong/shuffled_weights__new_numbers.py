"""wrong: draws new numbers of the same mean and spread. Fails: 05.shuffled_weights."""

def shuffled_weights(weights, seed):
    generator = torch.Generator().manual_seed(seed)
    return {
        name: weight.mean() + weight.std() * torch.randn(weight.shape, generator=generator)
        for name, weight in weights.items()
    }
