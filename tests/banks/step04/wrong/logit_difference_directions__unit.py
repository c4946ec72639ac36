"""wrong: makes the directions unit vectors. Fails: 04.logit_difference_directions."""

def logit_difference_directions(model: TransformerBridge, answers: Answers) -> Directions:
    io, s = answers.T
    return Directions(torch.nn.functional.normalize((model.W_U[:, io] - model.W_U[:, s]).T, dim=-1), model.b_U[io] - model.b_U[s])
