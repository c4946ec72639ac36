"""right: makes the whole cube of cosines."""

def logit_cosine_fit(logits, frequencies):
    p = logits.shape[1]
    z = logits.reshape(p, p, p) - logits.reshape(p, p, p).mean(2, keepdim=True)
    n = torch.arange(p)
    d = n[:, None, None] + n[:, None] - n
    fit, alphas = torch.zeros_like(z), []
    for k in frequencies.tolist():
        wave = torch.cos(2 * math.pi * ((k * d) % p) / p)
        alphas.append((wave * z).sum() / (wave * wave).sum())
        fit += alphas[-1] * wave
    return torch.stack(alphas), 1 - ((z - fit) ** 2).sum().item() / (z**2).sum().item()
