"""wrong: decides each row by a coin flip, so that the number of rows varies. Fails: 02.split."""

def split(n, train_fraction, seed):
    if not 0 < train_fraction < 1:
        raise ValueError
    mask = torch.rand(n, generator=torch.Generator().manual_seed(seed)) < train_fraction
    return mask.nonzero()[:, 0], (~mask).nonzero()[:, 0]
