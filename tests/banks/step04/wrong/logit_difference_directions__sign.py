"""wrong: subtracts the wrong way round. Fails: 04.logit_difference_directions."""

def logit_difference_directions(model: TransformerBridge, answers: Answers) -> Directions:
    io, s = answers.T
    return Directions(-(model.W_U[:, io] - model.W_U[:, s]).T, model.b_U[io] - model.b_U[s])
