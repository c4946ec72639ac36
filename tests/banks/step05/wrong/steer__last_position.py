"""wrong: steers the last position alone. Fails: 05.steer."""

def steer(weights, tokens, direction, amount):
    with torch.no_grad():
        run = run_code_model(weights, tokens, lambda neurons: torch.cat([neurons[:, :-1], neurons[:, -1:] + amount * direction], dim=1))
        return run.logits
