"""right: changes the model for zero, and overwrites for the mean."""

def ablate_heads(weights, tokens, kind="mean"):
    if kind != "zero" and kind != "mean":
        raise ValueError("kind")
    half = tokens.shape[1] // 2

    def loss(run):
        return half_losses(per_position_loss(run.logits, tokens), half)[1]

    plain = attention_only_forward(weights, tokens)
    change = torch.zeros(weights["W_O"].shape[:2])
    for layer in range(change.shape[0]):
        for head in range(change.shape[1]):
            if kind == "zero":
                W_O = weights["W_O"].clone()
                W_O[layer, head] = 0
                run = attention_only_forward(weights | {"W_O": W_O}, tokens)
            else:
                mean = plain.outputs[layer, :, head].mean(0, keepdim=True)
                run = attention_only_forward(weights, tokens, [(layer, head, mean)])
            change[layer, head] = loss(run) - loss(plain)
    return change
