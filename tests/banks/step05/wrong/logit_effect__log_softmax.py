"""wrong: takes the log-sum-exp away, not the mean. Fails: 05.logit_effect."""

def logit_effect(direction, W_out, W_U):
    effect = direction @ W_out @ W_U
    return effect.log_softmax(-1)
