"""wrong: takes the feature out where it is strongest in a row. Fails: 05.ablate_feature."""

def ablate_feature(weights, tokens, activation, direction):
    with torch.no_grad():
        strongest = torch.nn.functional.one_hot(activation.argmax(1), activation.shape[1])
        part = (strongest * activation)[..., None] * direction
        ablated = next_token_loss(run_code_model(weights, tokens, lambda neurons: neurons - part).logits, tokens)
        clean = next_token_loss(run_code_model(weights, tokens).logits, tokens)
        return ablated - clean
