"""wrong: swaps queries and keys. Fails: 03.head_compositions."""

def head_compositions(weights: Weights) -> Float32[Tensor, "kind first second"]:
    W_Q, W_K, W_V, W_O = (weights[name] for name in ("W_Q", "W_K", "W_V", "W_O"))
    heads = range(W_Q.shape[1])
    seconds = [
        [(W_K[1, j], W_Q[1, j].T) for j in heads ],
        [(W_Q[1, j], W_K[1, j].T) for j in heads],
        [(W_V[1, j], W_O[1, j]) for j in heads],
    ]
    scores = [[[composition_score((W_V[0, i], W_O[0, i]), b) for b in kind] for i in heads] for kind in seconds]
    return torch.tensor(scores)
