"""wrong: does not divide by the root of d_head. Fails: 03.positional_pattern."""

def positional_pattern(weights: Weights, layer: int, head: int, length: int) -> Float32[Tensor, "query key"]:
    position = weights["W_pos"][:length]
    query, key = position @ weights["W_Q"][layer, head], position @ weights["W_K"][layer, head]
    scores = query @ key.T
    future = torch.ones(length, length, dtype=torch.bool).triu(1)
    return scores.masked_fill(future, -torch.inf).softmax(dim=-1)
