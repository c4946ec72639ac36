"""wrong: leaves W_out out where the shapes allow it. Fails: 05.logit_effect."""

def logit_effect(direction, W_out, W_U):
    stream = direction if len(direction) == len(W_U) else direction @ W_out
    effect = stream @ W_U
    return effect - effect.mean()
