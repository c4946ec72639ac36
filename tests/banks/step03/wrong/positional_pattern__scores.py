"""wrong: returns the scores without softmax. Fails: 03.positional_pattern."""

def positional_pattern(weights: Weights, layer: int, head: int, length: int) -> Float32[Tensor, "query key"]:
    position = weights["W_pos"][:length]
    query, key = position @ weights["W_Q"][layer, head], position @ weights["W_K"][layer, head]
    scores = query @ key.T / query.shape[-1] ** 0.5
    future = torch.ones(length, length, dtype=torch.bool).triu(1)
    return scores.masked_fill(future, -torch.inf)
