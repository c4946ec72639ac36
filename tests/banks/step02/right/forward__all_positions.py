"""right: runs every position with a causal mask and keeps the last."""

def forward(weights, tokens):
    if tokens.dim() != 2 or tokens.shape[-1] != 3:
        raise ValueError("three tokens a row")
    x = weights["W_E"][tokens] + weights["W_pos"]
    q, k, v = (torch.einsum("btd,hde->bhte", x, weights[name]) for name in ("W_Q", "W_K", "W_V"))
    scores = q @ k.mT / q.shape[-1] ** 0.5
    scores = scores.masked_fill(torch.ones(3, 3).triu(1).bool(), -torch.inf)
    pattern = scores.softmax(-1)
    mixed = torch.einsum("bhte,hed->btd", pattern @ v, weights["W_O"])
    x = x + mixed
    neurons = torch.relu(x @ weights["W_in"])
    x = x + neurons @ weights["W_out"]
    return Activations((x @ weights["W_U"])[:, -1], neurons[:, -1], pattern[:, :, -1])
