"""wrong: takes for L_zero the loss of a model that knows nothing, all logits 0. Fails: 05.loss_recovered."""

def loss_recovered(weights, tokens, reconstruction):
    with torch.no_grad():
        def loss(edit=None):
            return next_token_loss(run_code_model(weights, tokens, edit).logits, tokens).mean().item()

        zero, sae, clean = next_token_loss(torch.zeros_like(run_code_model(weights, tokens).logits), tokens).mean().item(), loss(lambda neurons: reconstruction), loss()
    return (zero - sae) / (zero - clean)
