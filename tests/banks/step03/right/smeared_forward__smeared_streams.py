"""right: smears what the keys are made from."""

def smeared_forward(weights, tokens):
    t = tokens.shape[1]
    x, where = weights["W_E"][tokens], weights["W_pos"][:t]
    hidden = torch.full((t, t), -torch.inf).triu(1)
    patterns, outputs = [], []
    for W_Q, W_K, W_V, W_O, alpha in zip(*(weights[n] for n in ("W_Q", "W_K", "W_V", "W_O", "alpha"))):
        read = (x + where)[:, None]
        key = smear_keys(read @ W_K, alpha)
        pattern = ((read @ W_Q) @ key.mT / W_Q.shape[-1] ** 0.5 + hidden).softmax(-1)
        output = pattern @ (x[:, None] @ W_V) @ W_O
        x = x + output.sum(1)
        patterns.append(pattern)
        outputs.append(output)
    return Activations(x @ weights["W_U"], torch.stack(patterns), torch.stack(outputs))
