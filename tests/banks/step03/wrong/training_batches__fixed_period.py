"""wrong: uses the longest period for every batch. Fails: 03.training_batches."""

def training_batches(
    steps: int, batch: int, length: int, periods: tuple[int, int], vocab: int, seed: int
) -> list[Int64[Tensor, "batch position"]]:
    shortest, longest = periods
    if not 1 <= shortest <= longest < vocab:
        raise ValueError(f"periods is {periods}; it must be (shortest, longest), from 1 to {vocab - 1}.")
    generator = torch.Generator().manual_seed(seed)
    drawn = [longest] * steps
    seeds = torch.randint(2**62, (steps,), generator=generator).tolist()
    batches = []
    for period, own_seed in zip(drawn, seeds, strict=True):
        tokens = repeated_tokens(batch, period, vocab, own_seed)
        place = torch.arange(length - 1) % period
        batches.append(torch.cat([tokens[:, :1], tokens[:, 1 + place]], dim=1))
    return batches
