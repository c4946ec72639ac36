"""wrong: multiplies by the scale. Fails: 04.project."""

def project(
    stack: Float[Tensor, "*rest prompt d_model"], scale: Float[Tensor, "prompt 1"], directions: Directions
) -> Float[Tensor, "*rest prompt"]:
    return (stack * scale * directions.vectors).sum(dim=-1)
