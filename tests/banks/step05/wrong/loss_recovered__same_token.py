"""wrong: takes the loss on the token at hand, not the next. Fails: 05.loss_recovered."""

def loss_recovered(weights, tokens, reconstruction):
    with torch.no_grad():
        def loss(edit=None):
            return torch.nn.functional.cross_entropy(run_code_model(weights, tokens, edit).logits.mT, tokens, reduction='none').mean().item()

        zero, sae, clean = loss(torch.zeros_like), loss(lambda neurons: reconstruction), loss()
    return (zero - sae) / (zero - clean)
