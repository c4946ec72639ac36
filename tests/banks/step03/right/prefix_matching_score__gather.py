"""right: looks up every query's key."""

def prefix_matching_score(pattern, half):
    t = pattern.shape[-1]
    if t - 2 * half not in (0, 1):
        raise ValueError("length")
    total = 0
    for query in range(t - half, t):
        total = total + pattern[..., query, query - half + 1]
    return total / half
