"""right: builds the variants by role, and patches with a stored dictionary."""
import torch

@torch.no_grad()
def position_and_token_signal(model, tokens, answers, positions, heads):
    rows = torch.arange(len(tokens))
    io, s = answers.T
    kinds = {"neither": {}, "token": {"IO": s, "S1": io, "S2": io}, "position": {"IO": s, "S1": io}, "both": {"S2": io}}
    result = {}
    for name, roles in kinds.items():
        variant = tokens.clone()
        for role, who in roles.items():
            variant[rows, positions[role]] = who
        _, cache = model.run_with_cache(variant)
        hooks = []
        for layer, head in heads.nonzero().tolist():
            def put(z, hook, head=head, new=cache[f"blocks.{layer}.attn.hook_z"][:, -1, head]):
                z[:, -1, head] = new
                return z
            hooks.append((f"blocks.{layer}.attn.hook_z", put))
        result[name] = float(logit_difference(model.run_with_hooks(tokens, fwd_hooks=hooks), answers))
    return Signals(**result)
