"""wrong: looks for the end of memorisation up to the end of circuit formation, but not at it. Fails: 02.training_phases."""

def training_phases(
    epochs: Int64[Tensor, "record"],
    test_loss: Float64[Tensor, "record"],
    excluded: Float64[Tensor, "record"],
    norm: Float64[Tensor, "record"],
) -> Phases:
    high = int((test_loss >= test_loss.max() / 2).nonzero()[-1])
    settled = (test_loss <= test_loss.max() / 100) & (norm <= 1.05 * norm[-1])
    clean = settled[high + 1 : -1].nonzero()
    memorised = int(excluded[:high].argmin() if high else 0)
    return Phases(
        int(epochs[memorised]),
        int(epochs[high]) if high + 1 < len(epochs) else None,
        int(epochs[high + 1 + clean[0]]) if len(clean) else None,
    )
