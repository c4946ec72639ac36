"""wrong: takes clean minus patched. Fails: 04.path_patch."""

@torch.no_grad()
def path_patch(model, clean, corrupted, answers, receivers=None, through="q", frozen=()):
    if through not in ("q", "k", "v") or (receivers is not None and not receivers.any()) or set(frozen) - {"mlps", "scale"}:
        raise ValueError("receivers, the way to them, or what is frozen")
    logits, cache = model.run_with_cache(clean)
    other = model.run_with_cache(corrupted)[1]
    before = logit_difference(logits, answers)
    layers, heads = model.cfg.n_layers, model.cfg.n_heads
    result = torch.zeros(layers, heads)
    for layer in range(layers):
        for head in range(heads):
            heard = {}

            def freeze(z, hook):
                z = cache[hook.name].clone()
                if hook.name == f"blocks.{layer}.attn.hook_z":
                    z[:, :, head] = other[hook.name][:, :, head]
                return z

            def keep(value, hook):
                return cache[hook.name]

            def listen(value, hook):
                heard[hook.name] = value.clone()

            def tell(value, hook):
                chosen = receivers[int(hook.name.split(".")[1])]
                value = value.clone()
                value[:, :, chosen] = heard[hook.name][:, :, chosen]
                return value

            hooks = [(f"blocks.{i}.attn.hook_z", freeze) for i in range(layers)]
            hooks += [(f"blocks.{i}.hook_mlp_out", keep) for i in range(layers) if "mlps" in frozen]
            hooks += [("ln_final.hook_scale", keep)] if "scale" in frozen else []
            names = [f"blocks.{i}.attn.hook_{through}" for i in range(layers) if receivers is not None and receivers[i].any()]
            after = model.run_with_hooks(clean, fwd_hooks=hooks + [(name, listen) for name in names])
            if receivers is not None:
                after = model.run_with_hooks(clean, fwd_hooks=[(name, tell) for name in names])
            result[layer, head] = logit_difference(after, answers)
    return (before - result) / before
