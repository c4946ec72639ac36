"""wrong: counts only the first 30 % of rows, as if only training pairs mattered. Fails: 02.restricted_loss."""

def restricted_loss(logits, frequencies):
    kept = sum(project_onto_frequency(logits, int(k)) for k in frequencies)
    corrected = kept + (logits - kept).mean(0)
    rows = slice(0, len(logits) * 3 // 10)
    return cross_entropy_high_precision(corrected[rows], _labels(logits)[rows]).item()
