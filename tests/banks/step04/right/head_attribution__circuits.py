"""right: moves the direction back through W_O."""

@torch.no_grad()
def head_attribution(model, tokens, answers):
    names = [f"blocks.{i}.attn.hook_z" for i in range(model.cfg.n_layers)]
    _, cache = model.run_with_cache(tokens, names_filter=[*names, "ln_final.hook_scale"])
    reads = model.W_U.T[answers[:, 0]] - model.W_U.T[answers[:, 1]]
    reads = reads / cache["ln_final.hook_scale"][:, -1]
    result = torch.zeros(model.cfg.n_layers, model.cfg.n_heads)
    for layer, name in enumerate(names):
        for head in range(model.cfg.n_heads):
            back = reads @ model.W_O[layer, head].T
            result[layer, head] = (back * cache[name][:, -1, head]).sum(1).mean()
    return result
