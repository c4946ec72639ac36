"""wrong: takes the loss on the token at hand. Fails: 05.ablate_feature."""

def ablate_feature(weights, tokens, activation, direction):
    def losses(edit=None):
        logits = run_code_model(weights, tokens, edit).logits
        return torch.nn.functional.cross_entropy(logits.mT, tokens, reduction="none")[:, 1:]

    return losses(lambda neurons: neurons - activation[..., None] * direction) - losses()
