"""wrong: divides each vector by its own root mean square. Fails: 04.project."""

def project(
    stack: Float[Tensor, "*rest prompt d_model"], scale: Float[Tensor, "prompt 1"], directions: Directions
) -> Float[Tensor, "*rest prompt"]:
    return (stack / (stack.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt() * directions.vectors).sum(dim=-1)
