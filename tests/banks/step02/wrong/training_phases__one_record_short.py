"""wrong: looks for the end of memorisation up to the end of circuit formation, but not at it. Fails: 02.training_phases."""

def training_phases(
    epochs: Int64[Tensor, "record"], test_loss: Float64[Tensor, "record"], excluded: Float64[Tensor, "record"]
) -> Phases:
    high = int((test_loss >= test_loss.max() / 2).nonzero()[-1])
    low = (test_loss[high + 1 :] <= test_loss.max() / 100).nonzero()
    memorised = int(excluded[:high].argmin() if high else 0)
    return Phases(
        int(epochs[memorised]),
        int(epochs[high]) if high + 1 < len(epochs) else None,
        int(epochs[high + 1 + low[0]]) if len(low) else None,
    )
