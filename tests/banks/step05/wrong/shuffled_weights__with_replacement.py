"""wrong: draws entries with replacement. Fails: 05.shuffled_weights."""

def shuffled_weights(weights, seed):
    generator = torch.Generator().manual_seed(seed)
    return {
        name: weight.flatten()[torch.randint(weight.numel(), (weight.numel(),), generator=generator)].view(weight.shape)
        for name, weight in weights.items()
    }
