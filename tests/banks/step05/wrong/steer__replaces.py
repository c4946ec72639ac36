"""wrong: puts the direction in place of the neurons. Fails: 05.steer."""

def steer(weights, tokens, direction, amount):
    with torch.no_grad():
        run = run_code_model(weights, tokens, lambda neurons: (amount * direction).expand_as(neurons))
        return run.logits
