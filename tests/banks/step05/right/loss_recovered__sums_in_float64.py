"""right: sums of all losses in float64; the zeros come of a W_out of zeros."""

def loss_recovered(weights, tokens, reconstruction):
    def total(changed, edit=None):
        log_p = run_code_model(changed, tokens, edit).logits.double().log_softmax(dim=-1)
        rows, times = tokens.shape
        return -sum(float(log_p[b, t, tokens[b, t + 1]]) for b in range(rows) for t in range(times - 1))

    silent = dict(weights)
    silent["W_out"] = 0 * weights["W_out"]
    L_zero, L_clean, L_sae = total(silent), total(weights), total(weights, lambda _: reconstruction)
    return 1 - (L_sae - L_clean) / (L_zero - L_clean)
