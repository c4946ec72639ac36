"""wrong: forgets the hidden biases. Fails: 00.mlp_logits."""

def mlp_logits(x, W1, b1, W2, b2):
    return (x @ W1.T).relu() @ W2.T + b2
