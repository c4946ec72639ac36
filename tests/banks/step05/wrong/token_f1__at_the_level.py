"""wrong: takes an activation at the level for active. Fails: 05.token_f1."""

def token_f1(h, tokens, rare=10):
    count = tokens.bincount()
    if not (count > rare).any():
        raise ValueError("all rare")
    best = torch.zeros(h.shape[1])
    for level in LEVELS:
        active = ((h >= level * h.amax(0)) & (h > 0)).float()
        both = torch.zeros(len(count), h.shape[1]).index_add(0, tokens, active)
        f1 = 2 * both / (count[:, None] + active.sum(0))
        best = best.maximum(f1[count > rare].amax(0))
    return best
