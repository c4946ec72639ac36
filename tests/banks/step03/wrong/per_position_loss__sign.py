"""wrong: forgets the minus. Fails: 03.per_position_loss."""

def per_position_loss(
    logits: Float[Tensor, "batch position vocab"], tokens: Int64[Tensor, "batch position"]
) -> Float[Tensor, "batch position-1"]:
    log_probabilities = logits[:, :-1].log_softmax(dim=-1)
    return log_probabilities.gather(-1, tokens[:, 1:, None])[..., 0]
