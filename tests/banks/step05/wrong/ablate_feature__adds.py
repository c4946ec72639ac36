"""wrong: adds the feature. Fails: 05.ablate_feature."""

def ablate_feature(weights, tokens, activation, direction):
    with torch.no_grad():
        part = activation[..., None] * direction
        ablated = next_token_loss(run_code_model(weights, tokens, lambda neurons: neurons + part).logits, tokens)
        clean = next_token_loss(run_code_model(weights, tokens).logits, tokens)
        return ablated - clean
