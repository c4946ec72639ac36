"""right: goes head by head."""

def decompose_query(weights, tokens, head):
    W = weights["W_Q"][1, head]
    run = attention_only_forward(weights, tokens.unsqueeze(0))
    rows = [weights["W_E"][tokens] @ W, weights["W_pos"][: len(tokens)] @ W]
    rows += [output[0] @ W for output in run.outputs[0].unbind(1)]
    return torch.stack(rows)
