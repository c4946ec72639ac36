"""right: computes all queries, head by head, with a mask."""

def symbolic_forward(weights, tokens):
    x = weights["W_E"][tokens]
    y = x + weights["W_pos"][None]
    stream, patterns = x, []
    for head in range(weights["W_Q"].shape[0]):
        q, k = y @ weights["W_Q"][head], y @ weights["W_K"][head]
        scores = (q @ k.mT / weights["W_Q"].shape[-1] ** 0.5).masked_fill(torch.ones(5, 5).triu(1).bool(), -1e9)
        pattern = torch.softmax(scores, dim=-1)
        stream = stream + pattern @ (x @ weights["W_V"][head]) @ weights["W_O"][head]
        patterns.append(pattern[:, -1])
    return SymbolicRun(stream[:, -1] @ weights["W_U"], torch.stack(patterns, dim=1))
