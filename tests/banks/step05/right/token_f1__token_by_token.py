"""right: goes through the tokens."""

def token_f1(h, tokens, rare=10):
    rows = []
    for token in tokens.unique().tolist():
        there = (tokens == token)[:, None]
        if there.sum() <= rare:
            continue
        for level in LEVELS:
            active = h > level * h.amax(0)
            rows.append(2 * (active & there).sum(0) / (active.sum(0) + there.sum()))
    if not rows:
        raise ValueError("all rare")
    return torch.stack(rows).amax(0)
