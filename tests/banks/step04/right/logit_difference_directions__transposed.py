"""right: indexes rows of the transposed unembedding."""

def logit_difference_directions(model, answers):
    table = torch.cat([model.W_U, model.b_U[None]]).T[answers]  # [prompt, 2, d_model + 1]
    both = table[:, 0] - table[:, 1]
    return Directions(both[:, :-1], both[:, -1])
