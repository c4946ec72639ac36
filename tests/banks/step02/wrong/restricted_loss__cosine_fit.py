"""wrong: keeps only the fit of cos w(a + b − c), not whatever the waves do to each logit. Fails: 02.restricted_loss."""

def restricted_loss(logits, frequencies):
    p, labels = logits.shape[1], _labels(logits)
    difference = labels[:, None] - torch.arange(p)
    waves = [(2 * torch.pi * int(k) / p * difference).cos() for k in frequencies]
    kept = sum((wave * logits).sum() / (p**3 / 2) * wave for wave in waves)
    corrected = kept + (logits - kept).mean(0)
    return cross_entropy_high_precision(corrected, labels).item()
