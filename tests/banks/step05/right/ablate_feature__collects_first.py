"""right: collects the neurons, changes a copy place by place, and puts it in."""

def ablate_feature(weights, tokens, activation, direction):
    clean = run_code_model(weights, tokens)
    without = clean.neurons.clone()
    for row in range(tokens.shape[0]):
        for position in range(tokens.shape[1]):
            without[row, position] -= activation[row, position] * direction
    run = run_code_model(weights, tokens, lambda _: without)

    def log_p(logits):
        return logits[:, :-1].log_softmax(-1).gather(-1, tokens[:, 1:, None]).squeeze(-1)

    return log_p(clean.logits) - log_p(run.logits)
