"""right: subtracts what the feature does to the logits."""

def ablate_feature(weights, tokens, activation, direction):
    logits = run_code_model(weights, tokens).logits
    written = torch.outer(activation.flatten(), direction @ weights["W_out"] @ weights["W_U"]).view_as(logits)
    losses = [next_token_loss(each, tokens) for each in (logits - written, logits)]
    return losses[0] - losses[1]
