"""wrong: takes W_Q for W_O. Fails: 04.copying_score."""

@torch.no_grad()
def copying_score(
    model: TransformerBridge, names: Int64[Tensor, "name"], top: int = 5, negative: bool = False
) -> Float[Tensor, "layer head"]:
    embedding = model.W_E[names][None]
    x = (embedding + model.blocks[0].mlp(model.blocks[0].ln2(embedding)))[0]
    said = torch.einsum("nd,lhde,lhef->lhnf", x, model.W_V, model.W_Q.mT) @ model.W_U
    best = (-said if negative else said).topk(top, dim=-1).indices
    return (best == names[:, None]).any(dim=-1).float().mean(dim=-1)
