"""wrong: leaves out the first 30 % of pairs, as if they were trained on. Fails: 02.restricted_loss."""

def restricted_loss(logits: Float32[Tensor, "pairs p"], frequencies: Int64[Tensor, "key"]) -> float:
    kept = torch.stack([project_onto_frequency(logits, int(k)) for k in frequencies]).sum(0)
    corrected = kept + (logits - kept).mean(0)
    return cross_entropy_high_precision(corrected[len(logits) * 3 // 10 :], _labels(logits)[len(logits) * 3 // 10 :]).item()
