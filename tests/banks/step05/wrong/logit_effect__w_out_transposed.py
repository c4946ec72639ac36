"""wrong: uses W_out the wrong way round where the shapes allow it. Fails: 05.logit_effect."""

def logit_effect(direction, W_out, W_U):
    effect = (W_out @ direction if len(set(W_out.shape)) == 1 else direction @ W_out) @ W_U
    return effect - effect.mean()
