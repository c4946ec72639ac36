"""wrong: accepts any fraction. Fails: 02.split."""

def split(n: int, train_fraction: float, seed: int) -> tuple[Int64[Tensor, "train"], Int64[Tensor, "test"]]:
    if train_fraction is None:
        raise ValueError(f"train_fraction is {train_fraction}; it must lie between 0 and 1.")
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    n_train = int(train_fraction * n)
    return order[:n_train].sort().values, order[n_train:].sort().values
