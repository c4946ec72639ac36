"""wrong: adds positions to the direct path. Fails: 03.logit_attribution."""

def logit_attribution(
    weights: Weights, tokens: Int64[Tensor, "batch position"]
) -> Float32[Tensor, "batch position-1 path"]:
    outputs = attention_only_forward(weights, tokens).outputs  # [layer, batch, head, position, d_model]
    heads = outputs.permute(1, 3, 0, 2, 4).flatten(2, 3)
    paths = torch.cat([(weights["W_E"][tokens] + weights["W_pos"][: tokens.shape[1]])[:, :, None], heads], dim=2)  # [batch, position, path, d_model]
    directions = weights["W_U"].T[tokens[:, 1:]]
    return torch.einsum("bicd,bid->bic", paths[:, :-1], directions)
