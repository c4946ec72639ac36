"""wrong: keeps the frequency. Fails: 02.excluded_loss."""

def excluded_loss(
    logits: Float32[Tensor, "pairs p"], frequencies: Int64[Tensor, "key"], train: Int64[Tensor, "train"]
) -> Float64[Tensor, "key"]:
    labels = _labels(logits)[train]
    losses = [
        cross_entropy_high_precision(project_onto_frequency(logits, int(k))[train], labels)
        for k in frequencies
    ]
    return torch.stack(losses)
