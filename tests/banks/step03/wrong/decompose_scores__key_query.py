"""wrong: returns [key, query]. Fails: 03.decompose_scores."""

def decompose_scores(
    query: Float32[Tensor, "query_component position d_head"], key: Float32[Tensor, "key_component position d_head"]
) -> Float32[Tensor, "query_component key_component query key"]:
    return torch.einsum("aqe,bke->abkq", query, key) / query.shape[-1] ** 0.5
