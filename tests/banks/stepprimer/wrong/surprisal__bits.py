"""wrong: measures in bits. Fails: primer.surprisal."""

import math


def surprisal(scores, targets):
    return -scores.log_softmax(1).gather(1, targets[:, None])[:, 0] / math.log(2)
