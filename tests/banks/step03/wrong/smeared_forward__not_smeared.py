"""wrong: does not smear. Fails: 03.smeared_forward."""

def smeared_forward(weights: Weights, tokens: Int64[Tensor, "batch position"]) -> Activations:
    t = tokens.shape[1]
    stream, position = weights["W_E"][tokens], weights["W_pos"][:t]
    future = torch.ones(t, t, dtype=torch.bool).triu(1)
    patterns, outputs = [], []
    for layer in range(len(weights["W_Q"])):
        query = torch.einsum("btd,hde->bhte", stream + position, weights["W_Q"][layer])
        key = torch.einsum("btd,hde->bhte", stream + position, weights["W_K"][layer])
        value = torch.einsum("btd,hde->bhte", stream, weights["W_V"][layer])
        scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
        patterns.append(scores.masked_fill(future, -torch.inf).softmax(dim=-1))
        outputs.append((patterns[-1] @ value) @ weights["W_O"][layer])
        stream = stream + outputs[-1].sum(dim=1)
    return Activations(stream @ weights["W_U"], torch.stack(patterns), torch.stack(outputs))
