"""wrong: leaves the amount out. Fails: 05.steer."""

def steer(weights, tokens, direction, amount):
    with torch.no_grad():
        run = run_code_model(weights, tokens, lambda neurons: neurons + direction)
        return run.logits
