"""right: draws one permutation a row."""

def repeated_tokens(batch, half, vocab, seed, bos=True):
    if half < 1 or half >= vocab:
        raise ValueError("half does not fit")
    generator = torch.Generator().manual_seed(seed)
    rows = []
    for _ in range(batch):
        once = torch.randperm(vocab - 1, generator=generator)[:half].tolist()
        rows.append([vocab - 1] * bos + once * 2)
    return torch.tensor(rows, dtype=torch.int64)
