"""wrong: multiplies the neurons. Fails: 05.steer."""

def steer(weights, tokens, direction, amount):
    with torch.no_grad():
        run = run_code_model(weights, tokens, lambda neurons: neurons * (amount * direction))
        return run.logits
