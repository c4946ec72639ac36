"""wrong: counts all pairs. Fails: 02.excluded_loss."""

def excluded_loss(
    logits: Float32[Tensor, "pairs p"], frequencies: Int64[Tensor, "key"], train: Int64[Tensor, "train"]
) -> Float64[Tensor, "key"]:
    labels = _labels(logits)
    losses = [
        cross_entropy_high_precision((logits - project_onto_frequency(logits, int(k))), labels)
        for k in frequencies
    ]
    return torch.stack(losses)
