"""wrong: puts the steered neurons through a ReLU. Fails: 05.steer."""

def steer(weights, tokens, direction, amount):
    with torch.no_grad():
        run = run_code_model(weights, tokens, lambda neurons: (neurons + amount * direction).relu())
        return run.logits
