"""right: counts the tokens that are raised more."""

@torch.no_grad()
def copying_score(model, names, top=5, negative=False):
    block = model.blocks[0]
    e = model.W_E[names].unsqueeze(0)
    x = (e + block.mlp(block.ln2(e))).squeeze(0)
    result = torch.zeros(model.cfg.n_layers, model.cfg.n_heads)
    for layer in range(model.cfg.n_layers):
        for head in range(model.cfg.n_heads):
            out = x @ (model.W_V[layer, head] @ model.W_O[layer, head])
            logits = (-out if negative else out) @ model.W_U
            own = logits[torch.arange(len(names)), names]
            result[layer, head] = ((logits > own[:, None]).sum(1) < top).double().mean()
    return result
