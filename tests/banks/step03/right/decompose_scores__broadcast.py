"""right: broadcasts a matrix product."""

def decompose_scores(query, key):
    scale = query.shape[2] ** -0.5
    return (scale * query)[:, None] @ key[None].transpose(-1, -2)
