"""wrong: gives the share that is lost. Fails: 05.loss_recovered."""

def loss_recovered(weights, tokens, reconstruction):
    with torch.no_grad():
        def loss(edit=None):
            return next_token_loss(run_code_model(weights, tokens, edit).logits, tokens).mean().item()

        zero, sae, clean = loss(torch.zeros_like), loss(lambda neurons: reconstruction), loss()
    return (sae - clean) / (zero - clean)
