"""hostile (answers): returns a whole number that no float can hold. Says: beyond the range of floats."""
def logits(x, W, bias):
    return 10**400
