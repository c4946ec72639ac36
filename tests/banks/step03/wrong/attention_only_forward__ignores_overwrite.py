"""wrong: ignores overwrite. Fails: 03.attention_only_forward."""

def attention_only_forward(
    weights: Weights, tokens: Int64[Tensor, "batch position"], overwrite: Sequence[tuple[int, int, Tensor]] = ()
) -> Activations:
    t = tokens.shape[1]
    if t > len(weights["W_pos"]):
        raise ValueError(f"There are {t} tokens in a row, but positions for {len(weights['W_pos'])} only.")
    stream, position = weights["W_E"][tokens], weights["W_pos"][:t]
    future = torch.ones(t, t, dtype=torch.bool).triu(1)
    patterns, outputs = [], []
    for layer in range(len(weights["W_Q"])):
        query = torch.einsum("btd,hde->bhte", stream + position, weights["W_Q"][layer])
        key = torch.einsum("btd,hde->bhte", stream + position, weights["W_K"][layer])
        value = torch.einsum("btd,hde->bhte", stream, weights["W_V"][layer])
        scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
        pattern = scores.masked_fill(future, -torch.inf).softmax(dim=-1)
        output = (pattern @ value) @ weights["W_O"][layer]  # [batch, head, t, d_model]
        for _, head, given in []:
            chosen = torch.arange(output.shape[1]) == head
            output = torch.where(chosen[:, None, None], given.expand_as(output[:, 0])[:, None], output)
        stream = stream + output.sum(dim=1)
        patterns.append(pattern)
        outputs.append(output)
    return Activations(stream @ weights["W_U"], torch.stack(patterns), torch.stack(outputs))
