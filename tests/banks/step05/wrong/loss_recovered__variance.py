"""wrong: gives the share of the neurons' variance. Fails: 05.loss_recovered."""

def loss_recovered(weights, tokens, reconstruction):
    neurons = run_code_model(weights, tokens).neurons
    missing = (neurons - reconstruction).square().sum() / (neurons - neurons.mean((0, 1))).square().sum()
    return 1 - missing.item()
