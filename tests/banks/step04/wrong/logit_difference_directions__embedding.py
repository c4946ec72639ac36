"""wrong: takes W_E for W_U. Fails: 04.logit_difference_directions."""

def logit_difference_directions(model: TransformerBridge, answers: Answers) -> Directions:
    io, s = answers.T
    return Directions(model.W_E[io] - model.W_E[s], model.b_U[io] - model.b_U[s])
