"""wrong: shuffles rows and keeps each together. Fails: 05.shuffled_weights."""

def shuffled_weights(weights, seed):
    generator = torch.Generator().manual_seed(seed)
    return {name: weight[torch.randperm(len(weight), generator=generator)] for name, weight in weights.items()}
