"""hostile (answers): answers with lists in lists without end. Says: Raised an exception."""


def logits(x, W, bias):
    nest = []
    for _ in range(10**5):
        nest = [nest]
    return nest
