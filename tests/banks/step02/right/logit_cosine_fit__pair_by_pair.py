"""right: goes through the pairs one by one."""

def logit_cosine_fit(logits, frequencies):
    p = logits.shape[1]
    c, rows = torch.arange(p), logits.double()
    total, dots = 0.0, torch.zeros(len(frequencies), dtype=torch.float64)
    for a in range(p):
        for b in range(p):
            row = rows[a * p + b] - rows[a * p + b].mean()
            total += float(row @ row)
            for i, k in enumerate(frequencies.tolist()):
                dots[i] += torch.cos(2 * math.pi * k / p * (a + b - c).double()) @ row
    alpha = dots / (p**3 / 2)
    return alpha.float(), float((alpha**2).sum() * p**3 / 2) / total
