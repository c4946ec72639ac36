"""wrong: has the wrong sign. Fails: primer.surprisal."""


def surprisal(scores, targets):
    return scores.log_softmax(1).gather(1, targets[:, None])[:, 0]
