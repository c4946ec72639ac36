"""wrong: takes b_out away with the neurons. Fails: 05.loss_recovered."""

def loss_recovered(weights, tokens, reconstruction):
    with torch.no_grad():
        def loss(edit=None):
            return next_token_loss(run_code_model(weights, tokens, edit).logits, tokens).mean().item()

        silent = weights | {"b_out": torch.zeros_like(weights["b_out"])}
        zero = next_token_loss(run_code_model(silent, tokens, torch.zeros_like).logits, tokens).mean().item()
        sae, clean = loss(lambda neurons: reconstruction), loss()
    return (zero - sae) / (zero - clean)
