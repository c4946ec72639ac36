"""wrong: wants more than the threshold. Fails: 02.detect_grok."""

def detect_grok(
    epochs: Int64[Tensor, "record"],
    train_accuracy: Float64[Tensor, "record"],
    test_accuracy: Float64[Tensor, "record"],
    threshold: float = 0.99,
    patience: int = 3,
) -> Grok:
    if not len(epochs) == len(train_accuracy) == len(test_accuracy):
        raise ValueError("The epochs and the two curves must have the same length.")

    def reached(curve: Tensor) -> int | None:
        if len(curve) < patience:
            return None
        lasting = (curve > threshold).unfold(0, patience, 1).all(dim=1).nonzero()
        return int(epochs[lasting[0, 0]]) if len(lasting) else None

    memorised, generalised = reached(train_accuracy), reached(test_accuracy)
    delay = None if memorised is None or generalised is None else generalised - memorised
    return Grok(memorised, generalised, delay)
