"""wrong: puts token 0 where BOS belongs. Fails: 03.repeated_tokens."""

def repeated_tokens(batch: int, half: int, vocab: int, seed: int, bos: bool = True) -> Int64[Tensor, "batch position"]:
    if not 1 <= half < vocab:
        raise ValueError(f"half is {half}; with {vocab - 1} ordinary tokens it must be 1 … {vocab - 1}.")
    generator = torch.Generator().manual_seed(seed)
    once = torch.rand(batch, vocab - 1, generator=generator).argsort(dim=1)[:, :half]
    start = torch.full((batch, int(bos)), 0)
    return torch.cat([start, once, once], dim=1)
