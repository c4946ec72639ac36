"""wrong: adds the centred effect of logit_effect to the logits. Fails: 05.steer."""

def steer(weights, tokens, direction, amount):
    effect = direction @ weights["W_out"] @ weights["W_U"]
    return run_code_model(weights, tokens).logits + amount * (effect - effect.mean())
