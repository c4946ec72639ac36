"""right: adds the changes of the MLP's output to the clean logits; no edit at all."""

def loss_recovered(weights, tokens, reconstruction):
    clean = run_code_model(weights, tokens)
    out = weights["W_out"] @ weights["W_U"]
    worth = [
        next_token_loss(clean.logits + (used - clean.neurons) @ out, tokens).mean()
        for used in (torch.zeros_like(clean.neurons), reconstruction, clean.neurons)
    ]
    return float((worth[0] - worth[1]) / (worth[0] - worth[2]))
