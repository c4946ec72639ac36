"""right: multiplies by a mask."""

def prefix_matching_score(pattern, half):
    import torch
    t = pattern.shape[-1]
    if t not in (2 * half, 1 + 2 * half):
        raise ValueError("length")
    query, key = torch.arange(t)[:, None], torch.arange(t)
    wanted = (query - key == half - 1) & (query >= t - half)
    return (pattern * wanted).sum((-2, -1)) / wanted.sum()
