"""wrong: multiplies the neurons' part along the direction. Fails: 05.steer."""

def steer(weights, tokens, direction, amount):
    with torch.no_grad():
        run = run_code_model(weights, tokens, lambda neurons: neurons + (amount - 1) * (neurons @ direction)[..., None] * direction / direction.square().sum())
        return run.logits
