"""wrong: pins the feature: what is there of it goes first. Fails: 05.steer."""

def steer(weights, tokens, direction, amount):
    with torch.no_grad():
        run = run_code_model(weights, tokens, lambda neurons: neurons + (amount - (neurons @ direction) / direction.square().sum())[..., None] * direction)
        return run.logits
