"""right: forms W_Q W_Kᵀ first."""

def positional_pattern(weights, layer, head, length):
    W_QK = weights["W_Q"][layer, head] @ weights["W_K"][layer, head].T
    where = weights["W_pos"][:length]
    scores = where @ W_QK @ where.T / weights["W_Q"].shape[-1] ** 0.5
    return torch.stack([torch.cat([row[: q + 1].softmax(0), torch.zeros(length - q - 1)]) for q, row in enumerate(scores)])
