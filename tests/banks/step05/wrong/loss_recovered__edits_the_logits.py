"""wrong: applies the reconstruction to what the MLP wrote, not to its neurons: subtracts errors from the logits. Fails: 05.loss_recovered."""

def loss_recovered(weights, tokens, reconstruction):
    run = run_code_model(weights, tokens)
    error = (reconstruction - run.neurons).mean(-1, keepdim=True)
    clean = next_token_loss(run.logits, tokens).mean()
    sae = next_token_loss(run.logits * (1 - error), tokens).mean()
    zero = next_token_loss(torch.zeros_like(run.logits), tokens).mean()
    return ((zero - sae) / (zero - clean)).item()
