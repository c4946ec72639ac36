"""wrong: averages every row's ratio. Fails: 05.loss_recovered."""

def loss_recovered(weights, tokens, reconstruction):
    with torch.no_grad():
        def losses(edit=None):
            return next_token_loss(run_code_model(weights, tokens, edit).logits, tokens).mean(1)

        zero, sae, clean = losses(torch.zeros_like), losses(lambda neurons: reconstruction), losses()
    return ((zero - sae) / (zero - clean)).mean().item()
