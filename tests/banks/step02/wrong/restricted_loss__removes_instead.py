"""wrong: removes the key frequencies. Fails: 02.restricted_loss."""

def restricted_loss(logits: Float32[Tensor, "pairs p"], frequencies: Int64[Tensor, "key"]) -> float:
    kept = torch.stack([project_onto_frequency(logits, int(k)) for k in frequencies]).sum(0)
    kept = logits - kept
    corrected = kept + (logits - kept).mean(0)
    return cross_entropy_high_precision(corrected, _labels(logits)).item()
