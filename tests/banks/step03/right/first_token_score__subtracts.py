"""right: subtracts the first query's 1."""

def first_token_score(pattern):
    return (pattern[..., 0].sum(-1) - pattern[..., 0, 0]) / (pattern.shape[-1] - 1)
