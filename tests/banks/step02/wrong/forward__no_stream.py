"""wrong: puts what the heads add in the stream's place. Fails: 02.forward."""

def forward(weights: Weights, tokens: Int64[Tensor, "batch 3"]) -> Activations:
    if tokens.ndim != 2 or tokens.shape[1] != 3:
        raise ValueError(f"tokens must be [batch, 3], not {list(tokens.shape)}.")
    x = weights["W_E"][tokens] + weights["W_pos"]  # [batch, 3, d_model]
    last = x[:, -1]
    query = torch.einsum("bd,hde->bhe", last, weights["W_Q"])
    key = torch.einsum("btd,hde->bhte", x, weights["W_K"])
    value = torch.einsum("btd,hde->bhte", x, weights["W_V"])
    scores = torch.einsum("bhe,bhte->bht", query, key) / query.shape[-1] ** 0.5
    pattern = scores.softmax(dim=-1)
    mixed = torch.einsum("bht,bhte->bhe", pattern, value)
    residual = torch.einsum("bhe,hed->bd", mixed, weights["W_O"])
    neurons = (residual @ weights["W_in"]).relu()
    logits = (residual + neurons @ weights["W_out"]) @ weights["W_U"]
    return Activations(logits, neurons, pattern)
