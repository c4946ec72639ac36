"""right: attributes by hand, from one cached run of each."""
import torch

@torch.no_grad()
def knock_out(model, tokens, answers, heads):
    direction = (model.W_U.T[answers[:, 0]] - model.W_U.T[answers[:, 1]])

    def run():
        logits, cache = model.run_with_cache(tokens)
        unit = direction / cache["ln_final.hook_scale"][:, -1]
        parts = []
        for layer in range(model.cfg.n_layers):
            z = cache[f"blocks.{layer}.attn.hook_z"][:, -1]
            parts.append(torch.einsum("bhe,hed,bd->h", z, model.W_O[layer], unit) / len(tokens))
        return logit_difference(logits, answers).item(), torch.stack(parts)

    def silence(z, hook):
        z = z.clone()
        z[:, -1] *= (~heads[int(hook.name.split(".")[1])])[:, None].float()
        return z

    before, direct = run()
    with model.hooks(fwd_hooks=[(lambda name: name.endswith("attn.hook_z"), silence)]):
        after, left = run()
    return KnockOut(before, after, left - direct)
