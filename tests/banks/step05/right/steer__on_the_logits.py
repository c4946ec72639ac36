"""right: adds the direction's effect to the clean logits."""

def steer(weights, tokens, direction, amount):
    effect = torch.linalg.multi_dot([direction[None], weights["W_out"], weights["W_U"]])[0]
    return run_code_model(weights, tokens).logits + amount * effect
