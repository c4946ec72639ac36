"""wrong: takes the first time that the loss falls below half. Fails: 02.training_phases."""

def training_phases(
    epochs: Int64[Tensor, "record"],
    test_loss: Float64[Tensor, "record"],
    excluded: Float64[Tensor, "record"],
    norm: Float64[Tensor, "record"],
) -> Phases:
    high = int(((test_loss < test_loss.max() / 2) & (torch.arange(len(test_loss)) > test_loss.argmax())).nonzero()[:1].sum()) - 1
    settled = (test_loss <= test_loss.max() / 100) & (norm <= 1.05 * norm[-1])
    clean = settled[high + 1 : -1].nonzero()
    memorised = int(excluded[: high + 1].argmin())
    return Phases(
        int(epochs[memorised]),
        int(epochs[high]) if high + 1 < len(epochs) else None,
        int(epochs[high + 1 + clean[0]]) if len(clean) else None,
    )
