"""wrong: keeps those above a tenth of the strongest. Fails: 02.key_frequencies."""

def key_frequencies(spectrum: Float32[Tensor, "p"], share: float = 0.9) -> Int64[Tensor, "key"]:
    if not 0 < share <= 1:
        raise ValueError(f"share is {share}; it must be above 0 and at most 1.")
    energy = spectrum.double().square()[1:].reshape(-1, 2).sum(1)  # [frequency]
    largest, order = energy.sort(descending=True)
    held_before = largest.cumsum(0) - largest
    needed = largest > 0.1 * largest[0]
    return (order[needed] + 1).sort().values
