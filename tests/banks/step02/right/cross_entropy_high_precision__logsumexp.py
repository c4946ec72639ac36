"""right: subtracts the log-sum-exp in float64."""

def cross_entropy_high_precision(logits, labels):
    z = logits.to(torch.float64)
    return (z.logsumexp(1) - z[torch.arange(len(z)), labels]).mean()
