"""wrong: takes the mean of all rows. Fails: 04.run_from."""

def run_from(model, residual, layer, answers):
    with torch.no_grad():
        for i in range(layer, model.cfg.n_layers):
            residual = model.blocks[i](residual)
            if isinstance(residual, tuple):
                residual = residual[0]
        logits = model.ln_final(residual) @ model.W_U + model.b_U
        return logit_difference(logits, answers, per_prompt=False)
