"""right: goes through the heads one by one."""

def forward(weights, tokens):
    if tokens.dim() != 2 or tokens.size(1) != 3:
        raise ValueError("each row needs three tokens")
    x = weights["W_E"][tokens] + weights["W_pos"]
    stream, patterns = x[:, 2], []
    for Q, K, V, O in zip(weights["W_Q"], weights["W_K"], weights["W_V"], weights["W_O"]):
        scores = ((x[:, 2] @ Q)[:, None] * (x @ K)).sum(-1) / Q.shape[1] ** 0.5
        patterns.append(torch.softmax(scores, dim=1))
        stream = stream + (patterns[-1][:, :, None] * (x @ V)).sum(1) @ O
    neurons = torch.clamp(stream @ weights["W_in"], min=0)
    return Activations((stream + neurons @ weights["W_out"]) @ weights["W_U"], neurons, torch.stack(patterns, 1))
