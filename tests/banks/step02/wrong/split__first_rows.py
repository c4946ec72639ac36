"""wrong: takes the first rows without shuffling. Fails: 02.split."""

def split(n: int, train_fraction: float, seed: int) -> tuple[Int64[Tensor, "train"], Int64[Tensor, "test"]]:
    if not 0 < train_fraction < 1:
        raise ValueError(f"train_fraction is {train_fraction}; it must lie between 0 and 1.")
    order = torch.arange(n)
    n_train = int(train_fraction * n)
    return order[:n_train].sort().values, order[n_train:].sort().values
