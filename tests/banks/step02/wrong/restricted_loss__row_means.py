"""wrong: gives back the row means. Fails: 02.restricted_loss."""

def restricted_loss(logits: Float32[Tensor, "pairs p"], frequencies: Int64[Tensor, "key"]) -> float:
    kept = torch.stack([project_onto_frequency(logits, int(k)) for k in frequencies]).sum(0)
    corrected = kept + (logits - kept).mean(1, keepdim=True)
    return cross_entropy_high_precision(corrected, _labels(logits)).item()
