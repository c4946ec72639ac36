"""wrong: normalises the direction. Fails: 05.logit_effect."""

def logit_effect(direction, W_out, W_U):
    effect = nn.functional.normalize(direction, dim=0) @ W_out @ W_U
    return effect - effect.mean()
