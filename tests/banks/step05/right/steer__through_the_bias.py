"""right: hides the direction in b_out."""

def steer(weights, tokens, direction, amount):
    pushed = {**weights, "b_out": weights["b_out"] + (amount * direction) @ weights["W_out"]}
    return run_code_model(pushed, tokens).logits
