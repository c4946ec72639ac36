"""wrong: looks the first row's target up in every row. Fails: primer.surprisal."""


def surprisal(scores, targets):
    return -scores.log_softmax(1)[:, targets[0]]
