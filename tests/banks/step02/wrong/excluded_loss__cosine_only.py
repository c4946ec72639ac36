"""wrong: removes the cosine and leaves the sine. Fails: 02.excluded_loss."""

def excluded_loss(logits, frequencies, train):
    p = logits.shape[1]
    a_plus_b = (torch.arange(p)[:, None] + torch.arange(p)).flatten()
    labels = _labels(logits)[train]
    losses = []
    for k in frequencies:
        cosine = (2 * torch.pi * int(k) / p * a_plus_b).cos()
        cosine = cosine / cosine.norm()
        losses.append(cross_entropy_high_precision((logits - torch.outer(cosine, cosine @ logits))[train], labels))
    return torch.stack(losses)
