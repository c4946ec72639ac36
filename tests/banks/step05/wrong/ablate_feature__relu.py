"""wrong: puts what is left through a ReLU. Fails: 05.ablate_feature."""

def ablate_feature(weights, tokens, activation, direction):
    with torch.no_grad():
        part = activation[..., None] * direction
        ablated = next_token_loss(run_code_model(weights, tokens, lambda neurons: (neurons - part).relu()).logits, tokens)
        clean = next_token_loss(run_code_model(weights, tokens).logits, tokens)
        return ablated - clean
